using Pkv.Engine.Records;

namespace Pkv.Tests.CrashStates;

/// <summary>
/// What all connections send at once: before it nothing is under way, after it everything is answered. What was there
/// before is known for each connection's own keys, and up to a few possibilities for shared ones.
/// </summary>
/// <param name="Base">By key: what was there before.</param>
/// <param name="Shared">By shared key: what may have been there before.</param>
/// <param name="Commands">By connection.</param>
internal sealed record Round(KeyState[] Base, Dictionary<int, List<KeyState>> Shared, StreamCommand[][] Commands)
{
    public IEnumerable<StreamCommand> All => Commands.SelectMany(c => c);

    public StreamCommand? Global => All.FirstOrDefault(c => c.Global is not null);

    /// <summary>Values that the key may hold, the likeliest last.</summary>
    public IEnumerable<byte[]> ValuesOf(StreamKey key, StreamKeys keys)
    {
        // Databases may be exchanged.
        foreach (StreamKey other in keys.All.Where(k => Global is not null && k.Name == key.Name && k != key))
        {
            if (Base[other.Index].Value is { } value)
                yield return value;
        }
        foreach (KeyState state in Shared.TryGetValue(key.Index, out List<KeyState>? states) ? states : [Base[key.Index]])
        {
            if (state.Value is not null)
                yield return state.Value;
        }
        foreach (StreamCommand command in All)
        {
            foreach (Effect effect in command.Effects)
            {
                if (effect.Key == key.Index && effect.Value is not null)
                    yield return effect.Value;
            }
        }
    }
}
