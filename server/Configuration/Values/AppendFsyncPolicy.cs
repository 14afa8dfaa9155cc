namespace Pkv.Server.Configuration;

/// <summary>When the <c>file</c> medium syncs written bytes to the device; Redis's meaning of <c>appendfsync</c>.</summary>
public enum AppendFsyncPolicy
{
    /// <summary>Once a second: a power loss takes at most about the last second.</summary>
    EverySecond,

    /// <summary>Before each batch's replies are sent: a power loss takes nothing that was acknowledged.</summary>
    Always,

    /// <summary>Whenever the kernel likes: a power loss may take tens of seconds.</summary>
    No,
}
