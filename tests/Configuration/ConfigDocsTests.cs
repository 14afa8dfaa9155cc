using Pkv.Server.Configuration;
using Xunit;

namespace Pkv.Tests.Configuration;

/// <summary>The option table documents itself completely.</summary>
public sealed class ConfigDocsTests
{
    [Fact]
    public void EveryRowHasACommentABoundAndAnOriginOfItsDefault()
    {
        foreach (ConfigOption row in ConfigTable.Rows)
        {
            Assert.True(row.Comment.Length > 8 && row.Comment.EndsWith('.'), $"{row.Name}: comment");
            Assert.False(string.IsNullOrWhiteSpace(row.Allowed), $"{row.Name}: allowed values");
            Assert.False(string.IsNullOrWhiteSpace(row.DefaultOrigin), $"{row.Name}: origin of the default");
            Assert.True(row.Kind is not (ConfigKind.Memory or ConfigKind.Octal) || row.Unit.Length > 0, $"{row.Name}: unit");
            Assert.Equal(row.Name.ToLowerInvariant(), row.Name);
        }
    }

    [Fact]
    public void DefaultsAreValid()
    {
        var options = new PkvOptions();
        foreach (ConfigOption row in ConfigTable.Rows.Where(static row => row.Visible))
            Assert.Null(row.Parse(row.Format(options), out _));
    }

    [Fact]
    public void HelpAndPageNameEveryOption()
    {
        string help = ConfigDocs.Help(), page = ConfigDocs.Markdown();
        foreach (ConfigOption row in ConfigTable.Rows)
        {
            Assert.Contains($"--{row.Name}", help);
            Assert.Contains($"| `{row.Name}`", page);
        }

        Assert.All(help.Split('\n'), static line => Assert.True(line.Length <= 120, line));
    }

    [Fact]
    public void PasswordsAreSecret()
        => Assert.Equal(["requirepass", "user", "masterauth", "tls-key-file-pass", "tls-client-key-file-pass"], ConfigTable.Rows.Where(static row => row.Secret).Select(static row => row.Name));
}
