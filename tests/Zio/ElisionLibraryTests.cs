using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Pkv.Zio.Elision;
using Xunit;

namespace Pkv.Tests.Zio;

/// <summary>The managed entry: what was received, copied without copying and sent again is what was sent first.</summary>
public sealed unsafe class ElisionLibraryTests
{
    private const int Size = 256 << 10, Messages = 8;

    [ZioFact]
    public void Bytes_come_back_through_copies_that_were_not_made()
    {
        ElisionLibrary library = ElisionLibrary.Load(Path.Combine(House.Repository.Root, "zio/out/libzio.so"));
        (Socket peer, Socket own) = Connect();
        using (peer)
        using (own)
        {
            byte* first = (byte*)NativeMemory.AlignedAlloc(Size, 4096), second = (byte*)NativeMemory.AlignedAlloc(Size, 4096);
            for (int i = 0; i < Messages; i++)
                Assert.Equal(Message(i), Echo(library, peer, own, i, first, second));
            library.Release(first, Size);
            library.Release(second, Size);
            NativeMemory.AlignedFree(first);
            NativeMemory.AlignedFree(second);
        }
        Assert.True(library.CopiesElided > 0, "no copy was elided: userfaultfd refused?");
    }

    private static byte[] Echo(ElisionLibrary library, Socket peer, Socket own, int number, byte* first, byte* second)
    {
        byte[] reply = new byte[Size];
        Thread client = new(() =>
        {
            peer.Send(Message(number));
            for (int got = 0; got < Size;)
                got += peer.Receive(reply, got, Size - got, SocketFlags.None);
        });
        client.Start();
        int fd = (int)own.Handle;
        for (nint got = 0; got < Size;)
        {
            nint step = library.Receive(fd, first + got, (nuint)(Size - got), 0);
            Assert.True(step > 0);
            got += step;
        }
        library.Copy(second, first, Size);
        for (nint sent = 0; sent < Size;)
        {
            nint step = library.Send(fd, second + sent, (nuint)(Size - sent), 0);
            Assert.True(step > 0);
            sent += step;
        }
        client.Join();
        return reply;
    }

    private static byte[] Message(int number)
    {
        byte[] message = new byte[Size];
        new Random(number).NextBytes(message);
        return message;
    }

    private static (Socket Peer, Socket Own) Connect()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        Socket peer = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        peer.Connect(listener.LocalEndPoint!);
        return (peer, listener.Accept());
    }
}
