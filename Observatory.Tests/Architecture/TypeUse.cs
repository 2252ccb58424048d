using System.Reflection;
using System.Reflection.Emit;

namespace Observatory.Tests.Architecture;

/// <summary>What a compiled type uses: in its signatures, fields, attributes and in the code of its methods.</summary>
internal static class TypeUse
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> s_codes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(f => (OpCode)f.GetValue(null)!).ToDictionary(c => c.Value);

    public static HashSet<Type> Of(Type type)
    {
        var found = new HashSet<Type>();
        void Add(Type? used)
        {
            if (used is null) return;
            if (used.HasElementType) Add(used.GetElementType());
            else if (used.IsGenericType && !used.IsGenericTypeDefinition)
            {
                Add(used.GetGenericTypeDefinition());
                foreach (var argument in used.GetGenericArguments()) Add(argument);
            }
            else if (!used.IsGenericParameter) found.Add(used);
        }

        Add(type.BaseType);
        foreach (var contract in type.GetInterfaces()) Add(contract);
        foreach (var attribute in type.GetCustomAttributesData()) Add(attribute.AttributeType);
        foreach (var field in type.GetFields(All)) Add(field.FieldType);
        foreach (var method in Methods(type))
        {
            foreach (var parameter in method.GetParameters()) Add(parameter.ParameterType);
            if (method is MethodInfo { ReturnType: var returned }) Add(returned);
            if (method.GetMethodBody() is { } body)
            {
                foreach (var local in body.LocalVariables) Add(local.LocalType);
                foreach (var clause in body.ExceptionHandlingClauses.Where(c => c.Flags == ExceptionHandlingClauseOptions.Clause)) Add(clause.CatchType);
            }
            foreach (var member in Members(method))
            {
                Add(member as Type ?? member.DeclaringType);
                if (member is MethodInfo { IsGenericMethod: true } generic)
                {
                    foreach (var argument in generic.GetGenericArguments()) Add(argument);
                }
            }
        }
        found.Remove(type);
        return found;
    }

    public static IEnumerable<MethodBase> Calls(Type type) => Methods(type).SelectMany(Members).OfType<MethodBase>();

    private static IEnumerable<MethodBase> Methods(Type type) => type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All));

    private static IEnumerable<MemberInfo> Members(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } code) yield break;
        var typeArguments = method.DeclaringType is { IsGenericType: true } generic ? generic.GetGenericArguments() : null;
        var methodArguments = method is MethodInfo { IsGenericMethod: true } ? method.GetGenericArguments() : null;
        for (var at = 0; at < code.Length;)
        {
            var value = code[at] == 0xFE ? (short)(0xFE00 | code[at + 1]) : code[at];
            at += value < 0 || value > 0xFF ? 2 : 1;
            var operand = s_codes[value].OperandType;
            if (operand is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType
                && method.Module.ResolveMember(BitConverter.ToInt32(code, at), typeArguments, methodArguments) is { } member) yield return member;
            at += operand switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(code, at),
                _ => 4,
            };
        }
    }
}
