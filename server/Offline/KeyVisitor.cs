namespace Pkv.Server.Offline;

/// <summary>Told of each key by <see cref="OfflinePool.VisitKeys"/>.</summary>
public delegate void KeyVisitor(in StoredKey key);
