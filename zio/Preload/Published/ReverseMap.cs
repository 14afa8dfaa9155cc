using System.Runtime.CompilerServices;

namespace Pkv.Zio.Preload.Published;

/// <summary>
/// From a page of received bytes to the pages that refer to it. The content of a page begins anywhere in an original, so that it can reach
/// into the next one: a page hangs in the lists of both, by a link for each. Doubly linked within arrays beside the page table's leaves:
/// linking and unlinking cost a few stores wherever in the list, and nothing is ever allocated. 48 bytes a page, backed where used.
/// </summary>
/// <remarks>
/// A link is named by the address of its page, with <see cref="Second"/> set for the link to the original that the content ends in. 0 is none.
/// The newest comes first.
/// </remarks>
internal static unsafe class ReverseMap
{
    public const ulong Second = 1;

    private const int PageShift = 12, LeafBits = PageTable.LeafBits, TopBits = PageTable.TopBits;
    private const ulong PageMask = Vault.PageBytes - 1;

    private static Links** s_top;

    public static bool Start()
    {
        s_top = (Links**)Kernel.Map((ulong)sizeof(Links*) << TopBits);
        return s_top is not null;
    }

    public static bool Prepare(ulong top)
    {
        if (s_top[top] is null)
            s_top[top] = (Links*)Kernel.Map((ulong)sizeof(Links) << LeafBits);
        return s_top[top] is not null;
    }

    /// <summary>The newest link to an original; 0: nothing refers to it.</summary>
    public static ulong First(ulong original) => Of(original)->First;

    /// <summary>The next older link to the same original.</summary>
    public static ulong Next(ulong link) => At(link)->Next;

    /// <summary>The page that a link belongs to.</summary>
    public static ulong PageOf(ulong link) => link & ~PageMask;

    public static ushort SiteOf(ulong original) => Of(original)->Site;

    public static void SetSite(ulong original, ushort site) => Of(original)->Site = site;

    /// <summary>Bytes that were received of a page, from its beginning on. Valid while its entry says <see cref="PageTable.Begun"/>.</summary>
    public static ushort BegunOf(ulong page) => Of(page)->Begun;

    public static void SetBegun(ulong page, ushort bytes) => Of(page)->Begun = bytes;

    /// <summary>The page's content is there from now on.</summary>
    public static void Add(ulong page, ulong content)
    {
        Push(content & ~PageMask, page);
        if ((content & PageMask) != 0)
            Push((content & ~PageMask) + Vault.PageBytes, page | Second);
    }

    /// <summary>Undoes <see cref="Add"/>.</summary>
    public static void Remove(ulong page, ulong content)
    {
        Unlink(content & ~PageMask, page);
        if ((content & PageMask) != 0)
            Unlink((content & ~PageMask) + Vault.PageBytes, page | Second);
    }

    private static void Push(ulong original, ulong link)
    {
        Links* links = Of(original);
        Link* own = At(link);
        (own->Next, own->Previous) = (links->First, 0);
        if (links->First != 0)
            At(links->First)->Previous = link;
        links->First = link;
    }

    private static void Unlink(ulong original, ulong link)
    {
        Link* own = At(link);
        if (own->Previous != 0)
            At(own->Previous)->Next = own->Next;
        else
            Of(original)->First = own->Next;
        if (own->Next != 0)
            At(own->Next)->Previous = own->Previous;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Links* Of(ulong page) => s_top[page >> (PageShift + LeafBits)] + ((page >> PageShift) & ((1ul << LeafBits) - 1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Link* At(ulong link)
    {
        Links* links = Of(link);
        return (link & Second) == 0 ? &links->ToBegin : &links->ToEnd;
    }

    private struct Link
    {
        public ulong Next, Previous;
    }

    private struct Links
    {
        public ulong First;
        public Link ToBegin, ToEnd;
        public ushort Site, Begun;
    }
}
