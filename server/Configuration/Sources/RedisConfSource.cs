using Microsoft.Extensions.Configuration;

namespace Pkv.Server.Configuration;

/// <summary>A <c>redis.conf</c>-style file, or text read from standard input, as a configuration source.</summary>
/// <param name="Path">The file's path; for text, the name used in error lines.</param>
/// <param name="Text">The text, if it does not come from a file.</param>
internal sealed record RedisConfSource(string Path, string? Text = null) : IConfigurationSource
{
    public IConfigurationProvider Build(IConfigurationBuilder builder) => new RedisConfProvider(this);
}
