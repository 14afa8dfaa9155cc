using Pkv.Tests.House;

namespace Pkv.Tests.Clients;

/// <summary>
/// The scripts of tests/Clients/node in a temporary folder, with the clients' packages as the lock file there names them
/// (npm checks their digests). Removed at the end.
/// </summary>
public sealed class NodeClients : IDisposable
{
    private readonly Lazy<string> _folder = new(Install);

    /// <summary>The folder; the first who asks installs.</summary>
    public string Folder => _folder.Value;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_folder.IsValueCreated)
            Directory.Delete(_folder.Value, recursive: true);
    }

    private static string Install()
    {
        ClientScript.Require(ScriptLanguage.Node);
        string folder = Directory.CreateTempSubdirectory("pkv-node-").FullName;
        try
        {
            foreach (string file in Directory.GetFiles(Path.Combine(Repository.Root, "tests", "Clients", "node")))
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            ClientScript.Run(folder, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier");
            return folder;
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }
}
