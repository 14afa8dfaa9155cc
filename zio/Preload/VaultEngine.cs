namespace Pkv.Zio.Preload;

/// <summary>
/// The receive-side vault: what is received lands in memory of the library's own, and the program's pages only refer to it. They are never
/// anybody's source themselves, so they may be written to at any time.
/// </summary>
internal sealed unsafe class VaultEngine : Engine
{
    public override ulong LeastEmptied => 128 << 10;

    public override bool KeepsOverwritten => true;

    public override bool PrepareLeaf(ulong top) => true;

    public override bool BeginReceive(Receive* receive) => Receiver.Begin(receive);

    public override void EndReceive(Receive* receive, ulong received) => Receiver.End(receive, received);

    public override void EndLateCopies(Receive* receive) => Receiver.EndLate(receive);

    public override ushort SiteOf(ulong content) => Vault.SiteOf(content);

    public override bool Lend(ulong content, ulong bytes)
    {
        Vault.Share(content, bytes);
        return true;
    }

    public override void Refer(ulong page, ulong content, ulong pages) => Vault.Refer(content, pages);

    public override void LetGo(ulong page, ulong content, ulong pages) => Vault.LetGo(content, pages);

    public override void Hold(ulong content, ulong bytes) => Vault.Pin(content, bytes);

    public override void Drop(ulong content, ulong bytes) => Vault.Unpin(content, bytes);

    public override void CopyHeld(Copy* copy)
    {
    }

    public override void Expose(ulong start, ulong bytes)
    {
    }

    public override void Overwrite(ulong start, ulong bytes)
    {
    }

    public override void Vacate(ulong start, ulong bytes, ulong present)
    {
    }

    public override void HandOut(ulong page)
    {
    }

    public override void Tick() => Vault.Trim();

    protected override bool Start(ulong vaultBytes, Counters* counters)
    {
        Receiver.Start(counters);
        return Vault.Start(vaultBytes, counters);
    }
}
