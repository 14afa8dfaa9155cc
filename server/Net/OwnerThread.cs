using System.Diagnostics;

namespace Pkv.Server.Net;

/// <summary>
/// Whose state it is, where only one thread may touch it: the first that does. Nothing is looked at in a release build.
/// </summary>
internal struct OwnerThread
{
    private int _id;

    [Conditional("DEBUG")]
    public void Check()
    {
        int caller = Environment.CurrentManagedThreadId;
        if (_id == 0)
            _id = caller;
        Debug.Assert(_id == caller, "only its owner's thread does this: nothing here is locked");
    }
}
