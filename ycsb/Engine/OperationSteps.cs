using Pkv.Ycsb.Core;
using Pkv.Ycsb.Measuring;
using Pkv.Ycsb.Redis;

namespace Pkv.Ycsb.Engine;

/// <summary>
/// What the operations of one connection ask, and what they make of the replies: an insert is a write and an entry into the
/// index, a scan is a list of names and then their records, a read-modify-write is a read and then a write.
/// </summary>
internal sealed class OperationSteps(LoopContext context, RequestBuffer requests)
{
    private readonly CoreWorkload _workload = context.Workload;
    private readonly AwaitedReplies _awaited = new(2 * context.Pipeline);

    /// <summary>Replies that are still to come.</summary>
    public int Awaited => _awaited.Count;

    /// <summary>Draws an operation and asks for its first part.</summary>
    public void Begin(OperationSlot slot)
    {
        slot.Kind = context.Source.NextKind();
        bool isInsert = slot.Kind == OperationKind.Insert;
        slot.SetRecord(isInsert ? context.Source.NextInsert() : context.Source.NextRecord(), _workload);
        if (slot.Kind is OperationKind.Read or OperationKind.Scan or OperationKind.ReadModifyWrite)
            slot.ReadField = _workload.ReadsAllFields ? RecordRequests.AllFields : context.Source.NextField();
        if (slot.Kind is OperationKind.Update or OperationKind.ReadModifyWrite)
            slot.WrittenField = _workload.WritesAllFields ? RecordRequests.AllFields : context.Source.NextField();
        if (isInsert) slot.WrittenField = RecordRequests.AllFields;
        if (slot.Kind == OperationKind.Scan) slot.ScanLength = context.Source.NextScanLength();
        Ask(slot);
    }

    /// <summary>Asks for the first part of an operation that has been drawn.</summary>
    public void Ask(OperationSlot slot)
    {
        slot.Outcome = Outcome.Ok;
        slot.IsInSecondHalf = false;
        switch (slot.Kind)
        {
            case OperationKind.Read:
                Read(slot, byName: _workload.ChecksData || _workload.ReadsAllFieldsByName);
                break;
            case OperationKind.ReadModifyWrite:
                Read(slot, byName: false);
                break;
            case OperationKind.Scan:
                RecordRequests.Scan(requests, slot.Key, slot.ScanLength);
                _awaited.Add(slot, Expectation.Names);
                break;
            case OperationKind.Insert:
                Write(slot);
                if (!context.IsStepByStep) Enter(slot);
                break;
            default:
                Write(slot);
                break;
        }
    }

    /// <summary>Takes a reply; answers its operation if it has ended with it, else null.</summary>
    public OperationSlot? Accept(ReadOnlySpan<byte> reply, long nowNs)
    {
        AwaitedReplies.Entry entry = _awaited.Take();
        OperationSlot slot = entry.Slot;
        Outcome outcome = OutcomeOf(entry, reply);
        if (outcome != Outcome.Ok) slot.Outcome = outcome;
        return slot.Awaited > 0 || GoesOn(slot, nowNs) ? null : slot;
    }

    private Outcome OutcomeOf(AwaitedReplies.Entry entry, ReadOnlySpan<byte> reply)
    {
        if (reply[0] == '-')
        {
            context.Measurements.NoteError(reply);
            return Outcome.Error;
        }
        OperationSlot slot = entry.Slot;
        switch (entry.Expectation)
        {
            case Expectation.Written:
                return reply[0] == '+' ? Outcome.Ok : Outcome.Error;
            case Expectation.Entered:
                return reply[0] == ':' ? Outcome.Ok : Outcome.Error;
            case Expectation.Names:
                slot.Found.Clear();
                ReplyElements names = new(reply);
                while (names.Next(out ReadOnlySpan<byte> name, out _)) slot.Found.Add(name);
                return Outcome.Ok;
            case Expectation.ScannedNamedFields or Expectation.ScannedFields:
                // As in YCSB, a scan is well even if a record has gone since it was found; a check is stricter.
                Verify(reply, slot.Found.At(entry.Scanned), slot.ReadField, entry.Expectation == Expectation.ScannedNamedFields);
                return Outcome.Ok;
            default:
                Verify(reply, slot.Key, slot.ReadField, entry.Expectation == Expectation.NamedFields);
                return RecordRequests.HoldsRecord(reply) ? Outcome.Ok : Outcome.Error;
        }
    }

    // Begins an operation's next part, if it has one.
    private bool GoesOn(OperationSlot slot, long nowNs)
    {
        bool isFirst = !slot.IsInSecondHalf;
        if (slot.Kind == OperationKind.ReadModifyWrite)
            context.Measurements.Record(isFirst ? MetricName.Read : MetricName.Update, slot.Outcome, isFirst ? slot.BegunNs : slot.SecondHalfNs, slot.IntendedNs, nowNs);
        if (slot.Outcome != Outcome.Ok) return false;
        switch (slot.Kind)
        {
            case OperationKind.Insert when isFirst && context.IsStepByStep:
                Enter(slot);
                break;
            case OperationKind.ReadModifyWrite when isFirst:
                Write(slot);
                break;
            case OperationKind.Scan when slot.Found.Left > 0:
                do ReadFound(slot);
                while (!context.IsStepByStep && slot.Found.Left > 0);
                break;
            default:
                return false;
        }
        slot.IsInSecondHalf = true;
        slot.SecondHalfNs = nowNs;
        return true;
    }

    private void Read(OperationSlot slot, bool byName)
    {
        bool hasNames = context.Requests.Read(requests, slot.Key, slot.ReadField, byName);
        _awaited.Add(slot, hasNames ? Expectation.NamedFields : Expectation.Fields);
    }

    private void ReadFound(OperationSlot slot)
    {
        ReadOnlySpan<byte> key = slot.Found.Take(out int number);
        bool hasNames = context.Requests.Read(requests, key, slot.ReadField, byName: false);
        _awaited.Add(slot, hasNames ? Expectation.ScannedNamedFields : Expectation.ScannedFields, number);
    }

    private void Write(OperationSlot slot)
    {
        context.Requests.Write(requests, slot.Key, slot.WrittenField);
        _awaited.Add(slot, Expectation.Written);
    }

    private void Enter(OperationSlot slot)
    {
        RecordRequests.Enter(requests, slot.Key);
        _awaited.Add(slot, Expectation.Entered);
    }

    private void Verify(ReadOnlySpan<byte> reply, ReadOnlySpan<byte> key, int field, bool hasNames)
    {
        if (!_workload.ChecksData) return;
        long begun = Clock.NowNs();
        Outcome outcome = !RecordRequests.HoldsRecord(reply) ? Outcome.Error
            : context.Requests.IsRight(reply, key, field, hasNames) ? Outcome.Ok : Outcome.UnexpectedState;
        context.Measurements.Record(MetricName.Verify, outcome, begun, begun, Clock.NowNs());
    }
}
