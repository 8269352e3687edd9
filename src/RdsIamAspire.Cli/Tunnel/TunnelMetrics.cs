using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using RdsIamAspire.Tunnel;

namespace RdsIamAspire.Cli.Tunnel;

/// <summary>The tunnel's meter, and that of the tokens, as Prometheus reads them.</summary>
/// <remarks>Source: Prometheus, "Exposition formats", and OpenTelemetry, "Prometheus and OpenMetrics Compatibility": dots become
/// underscores, a unit and, for counters, <c>_total</c> are added.</remarks>
internal sealed class TunnelMetrics : IDisposable
{
    // Seconds; a login over TLS takes a few milliseconds to a second.
    private static readonly double[] Buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, Family> _families = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();

    public TunnelMetrics()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name is RdsIamTunnel.MeterName or RdsIamTelemetry.MeterName)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>All that was measured since the start.</summary>
    public string Text()
    {
        _listener.RecordObservableInstruments();
        var text = new StringBuilder();
        lock (_lock)
        {
            foreach (var (name, family) in _families)
            {
                text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {family.Help}\n# TYPE {name} {family.Type}\n");
                foreach (var (labels, series) in family.Series)
                    Append(text, name, family.Type, labels, series);
            }
        }

        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private static void Append(StringBuilder text, string name, string type, string labels, Series series)
    {
        if (type != "histogram")
        {
            text.Append(CultureInfo.InvariantCulture, $"{name}{Braces(labels)} {series.Sum}\n");
            return;
        }

        var below = 0L;
        for (var i = 0; i < Buckets.Length; i++)
        {
            below += series.Counts[i];
            text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{Braces(Join(labels, $"le=\"{Buckets[i]}\""))} {below}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{Braces(Join(labels, "le=\"+Inf\""))} {series.Count}\n");
        text.Append(CultureInfo.InvariantCulture, $"{name}_sum{Braces(labels)} {series.Sum}\n");
        text.Append(CultureInfo.InvariantCulture, $"{name}_count{Braces(labels)} {series.Count}\n");
    }

    private static string Braces(string labels) => labels.Length == 0 ? "" : $"{{{labels}}}";

    private static string Join(string labels, string more) => labels.Length == 0 ? more : $"{labels},{more}";

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var type = instrument is Histogram<double> or Histogram<long> or Histogram<int> ? "histogram"
            : instrument is Counter<long> or Counter<int> or ObservableCounter<long> or ObservableCounter<int> ? "counter" : "gauge";
        var labels = Labels(tags);
        var isObserved = instrument.IsObservable;
        lock (_lock)
        {
            var name = NameOf(instrument, type);
            if (!_families.TryGetValue(name, out var family))
                _families[name] = family = new Family(type, (instrument.Description ?? "").Replace('\n', ' '));
            if (!family.Series.TryGetValue(labels, out var series))
                family.Series[labels] = series = new Series();
            series.Sum = isObserved ? value : series.Sum + value;
            series.Count++;
            if (Array.FindIndex(Buckets, bucket => value <= bucket) is var index and >= 0)
                series.Counts[index]++;
        }
    }

    private static string NameOf(Instrument instrument, string type)
    {
        var name = instrument.Name.Replace('.', '_');
        if (instrument.Unit == "s")
            name += "_seconds";
        return type == "counter" ? $"{name}_total" : name;
    }

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new StringBuilder();
        foreach (var (key, value) in tags)
        {
            var text = (value?.ToString() ?? "")
                .Replace("\\", @"\\", StringComparison.Ordinal)
                .Replace("\"", "\\\"", StringComparison.Ordinal)
                .Replace("\n", "\\n", StringComparison.Ordinal);
            labels.Append(labels.Length == 0 ? "" : ",").Append(key.Replace('.', '_')).Append("=\"").Append(text).Append('"');
        }

        return labels.ToString();
    }

    private sealed record Family(string Type, string Help)
    {
        public SortedDictionary<string, Series> Series { get; } = new(StringComparer.Ordinal);
    }

    private sealed class Series
    {
        public double Sum { get; set; }

        public long Count { get; set; }

        public long[] Counts { get; } = new long[Buckets.Length];
    }
}
