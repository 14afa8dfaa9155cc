namespace Pkv.Figures;

/// <summary>One figure of a plot: its median, and the smallest and largest of the rounds that it was taken over, which whiskers show.</summary>
/// <param name="Median">Drawn as the bar or point.</param>
/// <param name="Min">At most the median.</param>
/// <param name="Max">At least the median. Equal to <paramref name="Min"/> after one round: no whisker is drawn.</param>
public readonly record struct PlotValue(double Median, double Min, double Max);
