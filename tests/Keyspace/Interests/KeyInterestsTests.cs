using System.Text;
using Pkv.Engine.Keyspace.Interests;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Keyspace.Interests;

public sealed unsafe class KeyInterestsTests
{
    private readonly KeyInterests<Client> _table = new();

    [Fact]
    public void Clients_of_a_key_stand_in_the_order_in_which_they_came()
    {
        Client a = new(), b = new(), c = new();
        foreach (Client client in (Client[])[a, b, c])
            Assert.True(Add(client, "k"));
        Assert.Equal([a, b, c], ClientsOf("k"));
        Assert.True(_table.RemoveSome(ref b.Interest, 1));
        Assert.Equal([a, c], ClientsOf("k"));
        Assert.True(Add(b, "k"));
        Assert.Equal([a, c, b], ClientsOf("k"));
    }

    [Fact]
    public void A_key_counts_once_for_a_client_and_once_for_each_database()
    {
        Client many = new(), few = new();
        for (int i = 0; i < 10; i++)
            Assert.True(Add(many, $"k{i}"));
        Assert.True(Add(few, "k3"));
        // By the key's clients, and by the client's keys.
        Assert.False(Add(many, "k3"));
        Assert.False(Add(few, "k3"));
        Assert.True(Add(few, "k3", database: 1));
        Assert.Equal(11, _table.Count);
        Assert.Equal((10, 2), (many.Interest.Count, few.Interest.Count));
    }

    [Fact]
    public void Keys_of_one_hash_are_told_apart()
    {
        Client a = new(), b = new();
        _table.Add(a, ref a.Interest, 0, 7, "one"u8);
        _table.Add(b, ref b.Interest, 0, 7, "two"u8);
        Assert.Equal(2, _table.Count);
        Assert.True(_table.RemoveSome(ref a.Interest, 1));
        Assert.True(_table.Find(0, 7, "one"u8) == null);
        Assert.True(_table.Find(0, 7, "two"u8) != null);
    }

    [Fact]
    public void A_pinned_key_stays_when_everybody_has_left_it()
    {
        Client a = new();
        Add(a, "k");
        KeyEntry* entry = Find("k");
        KeyInterests<Client>.Pin(entry);
        Assert.True(_table.RemoveSome(ref a.Interest, 1));
        Assert.True(Find("k") == entry);
        Assert.Equal("k", Encoding.ASCII.GetString(KeyEntry.Key(entry)));
        _table.Unpin(entry);
        Assert.True(Find("k") == null);
        Assert.Equal(0, _table.Count);
    }

    [Fact]
    public void Nothing_is_lost_while_the_table_grows_and_empties()
    {
        Random random = new(5);
        Client[] clients = [.. Enumerable.Range(0, 20).Select(static _ => new Client())];
        HashSet<(int Client, string Key)> model = [];
        for (int step = 0; step < 60_000; step++)
        {
            int who = random.Next(clients.Length);
            // Grows for long, then empties: both are met while buckets are being moved.
            if (random.Next(step < 40_000 ? 8 : 2) != 0)
            {
                string key = $"k{random.Next(5000)}";
                Assert.Equal(model.Add((who, key)), Add(clients[who], key));
            }
            else
            {
                KeyPlace* last = clients[who].Interest.First;
                if (last != null)
                    Assert.True(model.Remove((who, Encoding.ASCII.GetString(KeyEntry.Key(last->Entry)))));
                _table.RemoveSome(ref clients[who].Interest, 1);
            }
        }
        foreach (IGrouping<string, (int Client, string Key)> key in model.GroupBy(static pair => pair.Key))
            Assert.Equal(key.Select(pair => clients[pair.Client]).ToHashSet(), ClientsOf(key.Key).ToHashSet());
        int visited = 0;
        _table.ForEach(_ => visited++);
        Assert.Equal(model.Select(static pair => pair.Key).Distinct().Count(), visited);
        foreach (Client client in clients)
            Assert.True(_table.RemoveSome(ref client.Interest, int.MaxValue));
        Assert.Equal(0, _table.Count);
    }

    [Fact]
    public void Nothing_of_it_is_on_the_managed_heap()
    {
        Client client = new();
        byte[][] keys = [.. Enumerable.Range(0, 40_000).Select(static i => Encoding.ASCII.GetBytes($"k{i}"))];
        Add(client, "first");
        long bytes = AllocatedBytes.Least(() =>
        {
            for (int i = 0; i < keys.Length; i++)
                _table.Add(client, ref client.Interest, 0, (ulong)i * 0x9E3779B97F4A7C15, keys[i]);
            _table.RemoveSome(ref client.Interest, keys.Length);
        });
        Assert.Equal(0, bytes);
    }

    private bool Add(Client client, string key, int database = 0) => _table.Add(client, ref client.Interest, database, HashOf(key), Encoding.ASCII.GetBytes(key));

    private KeyEntry* Find(string key) => _table.Find(0, HashOf(key), Encoding.ASCII.GetBytes(key));

    private List<Client> ClientsOf(string key)
    {
        List<Client> found = [];
        for (KeyPlace* place = Find(key)->First; place != null; place = place->After)
            found.Add(_table.ClientOf(place));
        return found;
    }

    private static ulong HashOf(string key)
    {
        ulong hash = 14695981039346656037;
        foreach (char c in key)
            hash = (hash ^ c) * 1099511628211;
        return hash;
    }

    private sealed class Client
    {
        public KeyInterest Interest;
    }
}
