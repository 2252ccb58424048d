using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Observatory.Core.Ingestion.Otlp;
using Observatory.Tests.Support;

namespace Observatory.Tests.Benchmarks;

/// <summary>
/// Reading the client's own log bodies into events, from JSON and from protobuf, against the same JSON only walked through by the platform's
/// reader.
/// </summary>
internal static class OtlpBench
{
    public static Task<int> RunAsync(BenchOptions options)
    {
        var json = OtlpFixture.All.Where(f => f is { Protocol: "http/json", Signal: OtlpSignal.Logs }).Select(f => f.Bytes).ToArray();
        var binary = Array.ConvertAll(json, body => OtlpWire.Write("Logs", body));
        var records = json.Sum(body => OtlpRequest.Read(OtlpSignal.Logs, OtlpEncoding.Json, body).Taken);
        var (walked, fromJson, fromBinary) = (new List<double>(), new List<double>(), new List<double>());
        for (var run = -1; run < options.Runs; run++)
        {
            var walk = Rate(json, records, Skip);
            var text = Rate(json, records, body => OtlpRequest.Read(OtlpSignal.Logs, OtlpEncoding.Json, body));
            var bytes = Rate(binary, records, body => OtlpRequest.Read(OtlpSignal.Logs, OtlpEncoding.Protobuf, body));
            if (run < 0) continue;
            walked.Add(walk);
            fromJson.Add(text);
            fromBinary.Add(bytes);
        }
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"""
            walked {Sample.Median(walked) / 1e3:0} k records/s (medians of {options.Runs}; {json.Sum(b => b.Length) / records} bytes a record as JSON, {binary.Sum(b => b.Length) / records} as protobuf)
            http/json {Sample.Median(fromJson) / 1e3:0} k records/s, ratio {Sample.Median(walked.Zip(fromJson, (w, r) => r / w)):0.00}, {Allocated(json, OtlpEncoding.Json) / records} bytes allocated a record
            http/protobuf {Sample.Median(fromBinary) / 1e3:0} k records/s, ratio {Sample.Median(walked.Zip(fromBinary, (w, r) => r / w)):0.00}, {Allocated(binary, OtlpEncoding.Protobuf) / records} bytes allocated a record
            """));
        return Task.FromResult(0);
    }

    private static double Rate(byte[][] bodies, int records, Action<byte[]> read)
    {
        var watch = Stopwatch.StartNew();
        var count = 0L;
        while (watch.ElapsedMilliseconds < 800)
        {
            foreach (var body in bodies) read(body);
            count += records;
        }
        return count / watch.Elapsed.TotalSeconds;
    }

    private static long Allocated(byte[][] bodies, OtlpEncoding encoding)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var body in bodies) OtlpRequest.Read(OtlpSignal.Logs, encoding, body);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void Skip(byte[] body)
    {
        var reader = new Utf8JsonReader(body);
        while (reader.Read()) { }
    }
}
