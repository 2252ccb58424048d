using OtpNet;

namespace Observatory.Core.Accounts;

/// <summary>Codes of authenticator apps: six digits, a new one every thirty seconds (RFC 6238 with SHA-1, which all apps know).</summary>
public static class Totp
{
    public const int Digits = 6;

    private const int KeyBytes = 20, StepSeconds = 30;

    /// <summary>One step before and one behind now: clocks of phones are not exact.</summary>
    private static readonly VerificationWindow s_window = new(previous: 1, future: 1);

    /// <summary>A new key, as apps take it: base 32.</summary>
    public static string NewKey() => Base32Encoding.ToString(KeyGeneration.GenerateRandomKey(KeyBytes));

    /// <summary>What a picture of the key holds.</summary>
    public static string UriOf(string key, string account) =>
        $"otpauth://totp/Observatory:{Uri.EscapeDataString(account)}?secret={key}&issuer=Observatory&digits={Digits}";

    /// <summary>The step whose code this is, one before and one behind now included; null = it is none, or not later than the last that was taken.</summary>
    /// <param name="last">Step of the last code that was taken.</param>
    public static long? StepOf(string key, string? code, DateTimeOffset now, long? last) =>
        code is { Length: Digits } && code.All(char.IsAsciiDigit) && Of(key).VerifyTotp(now.UtcDateTime, code, out var step, s_window)
            && step > (last ?? -1) ? step : null;

    /// <summary>The code of a moment.</summary>
    public static string CodeAt(string key, DateTimeOffset at) => Of(key).ComputeTotp(at.UtcDateTime);

    private static OtpNet.Totp Of(string key) => new(Base32Encoding.ToBytes(key), StepSeconds, OtpHashMode.Sha1, Digits);
}
