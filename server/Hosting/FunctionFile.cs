using System.Buffers.Binary;
using Microsoft.Extensions.Logging;
using Pkv.Engine.Commands.Scripts;
using Pkv.Engine.Execution.Scripting.Functions;
using Pkv.Persistence.Media;
using Pkv.Server.Configuration;

namespace Pkv.Server.Hosting;

/// <summary>
/// The file beside the pool that keeps the function libraries: few, small, and not to be lost by FLUSHALL. It is replaced as a whole, before a
/// change counts. Layout: the magic number, the id of the pool that it belongs to (8 bytes, little-endian), then the payload of FUNCTION DUMP, which ends
/// with a checksum.
/// </summary>
internal static class FunctionFile
{
    /// <summary>What is added to the pool's path.</summary>
    public const string Suffix = ".functions";

    private const int HeaderBytes = 16;

    private static ReadOnlySpan<byte> Magic => "PKVFUNC1"u8;

    /// <summary>Where it is; null: the pool has no path.</summary>
    public static string? PathOf(ServerState server) =>
        server.PoolPath.Length == 0 ? null
        : server.PoolPath.StartsWith("/dev/dax", StringComparison.Ordinal) ? Path.Combine(server.Options.Dir, Path.GetFileName(server.PoolPath) + Suffix)
        : server.PoolPath + Suffix;

    /// <summary>Loads what was kept, and keeps what changes from now on.</summary>
    /// <exception cref="MediumException">The file is damaged, and the server is not to go on without it.</exception>
    public static void Attach(ServerState server, ILogger logger)
    {
        if (PathOf(server) is not { } path)
            return;
        FunctionRegistry registry = server.Engine.Scripts.Functions;
        if (File.Exists(path))
            registry.Restore(Load(server, path, logger));
        registry.Save = set => Save(server.Pool.PublicId, path, FunctionPayload.Write(set));
    }

    private static void Save(ulong pool, string path, byte[] payload)
    {
        byte[] content = new byte[HeaderBytes + payload.Length];
        Magic.CopyTo(content);
        BinaryPrimitives.WriteUInt64LittleEndian(content.AsSpan(Magic.Length), pool);
        payload.CopyTo(content, HeaderBytes);
        AtomicFile.Replace(path, content);
    }

    private static FunctionSet Load(ServerState server, string path, ILogger logger)
    {
        byte[] content = File.ReadAllBytes(path);
        if (content.Length < HeaderBytes || !content.AsSpan().StartsWith(Magic) || FunctionPayload.Read(content.AsSpan(HeaderBytes)) is not { } codes)
            return Refuse(server, path, "it is damaged", logger);
        if (BinaryPrimitives.ReadUInt64LittleEndian(content.AsSpan(Magic.Length)) != server.Pool.PublicId)
        {
            SetAside(path);
            logger.LogWarning("The function libraries in {Path} belong to another pool: they are not loaded; the file is renamed to {New}", path, path + ".old");
            return FunctionSet.Empty;
        }
        FunctionSet set = FunctionSet.Empty;
        foreach (byte[] code in codes)
        {
            if (FunctionCommands.Make(server.Engine, code, out string? error) is not { } library || set.With(library, replaces: false, out error) is not { } more)
                return Refuse(server, path, $"a library cannot be loaded: {error}", logger);
            set = more;
        }
        if (codes.Count > 0)
            logger.LogInformation("Loaded {Functions} functions of {Libraries} libraries", set.FunctionCount, set.Libraries.Count);
        return set;
    }

    private static FunctionSet Refuse(ServerState server, string path, string reason, ILogger logger)
    {
        if (server.Options.RecoveryMode == RecoveryMode.Strict)
        {
            throw new MediumException($"the function libraries in {path} cannot be loaded: {reason}; nothing was changed; "
                + "start with --recovery-mode salvage to go on without them");
        }
        SetAside(path);
        logger.LogError("The function libraries in {Path} cannot be loaded ({Reason}): there are none now; the file is renamed to {New}", path, reason, path + ".old");
        return FunctionSet.Empty;
    }

    private static void SetAside(string path) => File.Move(path, path + ".old", overwrite: true);
}
