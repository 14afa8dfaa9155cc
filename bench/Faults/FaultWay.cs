namespace Pkv.Bench.Faults;

/// <summary>A way in which a touched page gets its content, as zio/faults/faults.c knows it.</summary>
/// <param name="Name">The program's word for it.</param>
/// <param name="Title">For the table.</param>
/// <param name="Handler">Where the thread runs that answers.</param>
internal sealed record FaultWay(string Name, string Title, HandlerPlace Handler)
{
    private static readonly (string Name, string Title)[] s_byHandler = [("copy", "`UFFDIO_COPY`"), ("move", "`UFFDIO_MOVE`"), ("continue", "`UFFDIO_CONTINUE`")];

    /// <summary>All of them; those that need a second core only where there is one.</summary>
    public static IReadOnlyList<FaultWay> All(int cores) =>
    [
        new FaultWay("plain", "fresh page, `memcpy`", HandlerPlace.None),
        .. from way in s_byHandler from place in Places(cores) select new FaultWay(way.Name, way.Title, place),
        .. from way in s_byHandler.Take(1) where cores > 1 select new FaultWay(way.Name, way.Title, HandlerPlace.AnyCore),
        new FaultWay("sigbus-copy", "`UFFDIO_COPY`", HandlerPlace.Signal),
        new FaultWay("sigbus-move", "`UFFDIO_MOVE`", HandlerPlace.Signal),
    ];

    /// <summary>Who answers, for the table.</summary>
    public string Answerer => Handler switch
    {
        HandlerPlace.SameCore => "thread, same core",
        HandlerPlace.OtherCore => "thread, other core",
        HandlerPlace.AnyCore => "thread, any core",
        HandlerPlace.Signal => "itself, on SIGBUS",
        _ => "kernel",
    };

    private static HandlerPlace[] Places(int cores) => cores > 1 ? [HandlerPlace.SameCore, HandlerPlace.OtherCore] : [HandlerPlace.SameCore];
}
