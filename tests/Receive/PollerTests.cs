using Pkv.Linux;
using Pkv.Zio.Sockets;
using Xunit;

namespace Pkv.Tests.Receive;

/// <summary>Waking who waits for events.</summary>
public sealed unsafe class PollerTests
{
    [Fact]
    public void Who_is_woken_after_the_end_writes_nothing_to_the_descriptor_of_somebody_else()
    {
        Poller poller = new(maxEvents: 4);
        poller.Dispose();
        // The lowest number that is free is given next; what runs beside this may have got it.
        List<int> opened = [];
        while (opened.Count < 2000 && !opened.Contains(poller.WakeDescriptor))
            opened.Add(PollCalls.EventFd(0, 0x80800 /* cloexec, nonblock */));
        bool isReused = opened.Contains(poller.WakeDescriptor);
        poller.Wake();
        ulong count = 0;
        nint read = isReused ? PollCalls.Read(poller.WakeDescriptor, &count, sizeof(ulong)) : -1;
        foreach (int descriptor in opened)
            FileCalls.Close(descriptor);
        Assert.Equal((-1, 0UL), (read, count));
    }

    [Fact]
    public void The_end_waits_for_the_wake_up_that_was_announced()
    {
        for (int round = 0; round < 200; round++)
        {
            Poller poller = new(maxEvents: 4);
            bool isAtIt = false;
            Thread waker = new(() =>
            {
                Volatile.Write(ref isAtIt, true);
                poller.Wake();
            });
            waker.Start();
            SpinWait.SpinUntil(() => Volatile.Read(ref isAtIt));
            poller.Dispose();
            waker.Join();
            poller.Dispose();
        }
    }

    [Fact]
    public void A_wake_up_is_told_once_until_it_is_cleared()
    {
        using Poller poller = new(maxEvents: 4);
        Assert.Equal(0, poller.Wait(0));
        poller.Wake();
        poller.Wake();
        Assert.Equal(1, poller.Wait(0));
        Assert.Equal(poller.WakeDescriptor, (int)poller.EventAt(0).Data);
        poller.ClearWake();
        Assert.Equal(0, poller.Wait(0));
        poller.Wake();
        Assert.Equal(1, poller.Wait(0));
    }
}
