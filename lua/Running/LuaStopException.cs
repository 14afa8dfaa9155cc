namespace Pkv.Lua;

/// <summary>Ends a run whatever the script catches: an interrupt said so, or the hard memory limit is passed. Never leaves the library.</summary>
internal sealed class LuaStopException(string reason) : Exception(reason);
