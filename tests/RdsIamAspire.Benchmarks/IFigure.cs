namespace RdsIamAspire.Benchmarks;

/// <summary>One figure that the project reports. Ratios are taken within one run on one machine.</summary>
internal interface IFigure
{
    /// <summary>What <c>dotnet run dev.cs bench NAME</c> selects it by (a prefix is enough).</summary>
    string Name { get; }

    /// <summary>Measures, and says the result with its goal in one line.</summary>
    Task<string> MeasureAsync(CancellationToken cancellationToken);
}
