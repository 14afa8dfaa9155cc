using Pkv.Persistence.Segments;

namespace Pkv.Engine.Execution;

/// <summary>Where the running command was received, and what has become of it, for the time in which others run in its place.</summary>
internal readonly record struct RecorderState(nint Received, uint ReceivedBytes, Segment? Segment, RecordOutcome Outcome);
