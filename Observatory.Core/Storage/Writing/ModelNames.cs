using Observatory.Core.Pricing;

namespace Observatory.Core.Storage.Writing;

/// <summary>Which stored names of models are spellings of one model: providers and gateways have their own. Writer only.</summary>
internal sealed class ModelNames(NameTable names)
{
    private readonly Dictionary<int, Model> _known = [];

    /// <param name="Id">Spelled plainly.</param>
    /// <param name="IsAlias">It names no version: the client's own short names, and what an administrator called a deployment.</param>
    /// <param name="Family">Of an alias: part of the plain name of the models that it may mean; empty = any.</param>
    private sealed record Model(string Id, bool IsAlias, string Family);

    public bool IsAlias(int model) => model != 0 && Of(model).IsAlias;

    /// <summary>Whether both can be one model.</summary>
    public bool AreAlike(int a, int b)
    {
        if (a == b) return true;
        var (x, y) = (Of(a), Of(b));
        if (x.Id == y.Id) return true;
        return x.IsAlias && Means(x, y) || y.IsAlias && Means(y, x);
    }

    private static bool Means(Model alias, Model model) => alias.Family.Length == 0 || model.Id.Contains(alias.Family, StringComparison.Ordinal);

    private Model Of(int id)
    {
        if (_known.TryGetValue(id, out var model)) return model;
        return _known[id] = Make(names.Text(id) ?? "");
    }

    private static Model Make(string name)
    {
        var plain = ModelId.Normalize(name);
        // claude-opus[1m], claude-sonnet-latest and the like name no version either.
        var word = plain.Split('[', ':')[0];
        if (word.StartsWith("claude-", StringComparison.Ordinal)) word = word["claude-".Length..];
        if (word.EndsWith("-latest", StringComparison.Ordinal)) word = word[..^"-latest".Length];
        return word switch
        {
            "opus" or "sonnet" or "haiku" or "fable" => new Model(plain, true, word),
            "" or "default" or "best" or "inherit" => new Model(plain, true, ""),
            "opusplan" => new Model(plain, true, ""),
            // The id of a profile says nothing of its model.
            _ when IsProfile(plain) => new Model(plain, true, ""),
            _ => new Model(plain, false, ""),
        };
    }

    private static bool IsProfile(string plain) =>
        plain.StartsWith("arn:", StringComparison.Ordinal) && !plain.Contains("claude-", StringComparison.Ordinal)
        || plain.Contains("application-inference-profile/", StringComparison.Ordinal);
}
