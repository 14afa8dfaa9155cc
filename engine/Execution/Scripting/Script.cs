namespace Pkv.Engine.Execution.Scripting;

/// <summary>A script that EVAL or SCRIPT LOAD has brought.</summary>
public sealed class Script : Callable
{
    internal Script(ScriptDigest digest, byte[] source, ScriptFlags flags)
        : base(digest.ToString(), flags) => (Digest, Source) = (digest, source);

    public ScriptDigest Digest { get; }

    /// <summary>As it came, but for its first line if that declares something: that is empty.</summary>
    public ReadOnlyMemory<byte> Source { get; }

    /// <summary>It names no keys but those that it declares: see <see cref="DeclaredKeys"/>.</summary>
    public bool OnlyDeclared { get; internal set; }

    public override bool IsFunction => false;
}
