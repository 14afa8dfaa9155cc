namespace Pkv.Bench.Types;

/// <summary>How a request's key is drawn. But for <see cref="Fill"/>, no two connections ever draw the same key.</summary>
internal enum Draw
{
    /// <summary>Every key of the data set once, scattered.</summary>
    Fill,

    /// <summary>Evenly among the connection's keys.</summary>
    Even,

    /// <summary>All of the connection's keys once, scattered, then all of them again.</summary>
    Walk,

    /// <summary>A key that is not there yet.</summary>
    Fresh,
}
