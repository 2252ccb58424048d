using System.Runtime.InteropServices;

namespace Observatory.Core.Storage.Sqlite.Blocks;

// The part of SQLite's interface for virtual tables that is used here (sqlite.org/vtab.html); layouts are those of sqlite3.h.

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeModule
{
    public int Version;
    public delegate* unmanaged[Cdecl]<nint, nint, int, byte**, NativeTable**, byte**, int> Create;
    public delegate* unmanaged[Cdecl]<nint, nint, int, byte**, NativeTable**, byte**, int> Connect;
    public delegate* unmanaged[Cdecl]<NativeTable*, NativeIndexInfo*, int> BestIndex;
    public delegate* unmanaged[Cdecl]<NativeTable*, int> Disconnect;
    public delegate* unmanaged[Cdecl]<NativeTable*, int> Destroy;
    public delegate* unmanaged[Cdecl]<NativeTable*, NativeCursor**, int> Open;
    public delegate* unmanaged[Cdecl]<NativeCursor*, int> Close;
    public delegate* unmanaged[Cdecl]<NativeCursor*, int, byte*, int, nint*, int> Filter;
    public delegate* unmanaged[Cdecl]<NativeCursor*, int> Next;
    public delegate* unmanaged[Cdecl]<NativeCursor*, int> Eof;
    public delegate* unmanaged[Cdecl]<NativeCursor*, nint, int, int> Column;
    public delegate* unmanaged[Cdecl]<NativeCursor*, long*, int> RowId;
    // Update, begin, sync, commit, rollback, function, rename: the table is read-only.
    public nint Update, Begin, Sync, Commit, Rollback, FindFunction, Rename;
    // Of later versions of the interface; the version says that they are not there.
    public nint Savepoint, Release, RollbackTo, ShadowName, Integrity;
}

/// <summary>SQLite's part, then ours.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeTable
{
    public nint Module;
    public int References;
    /// <summary>From SQLite's allocator, freed by it.</summary>
    public byte* Error;
    public nint Connection;
    public int Kind;
}

/// <summary>SQLite's part, then ours.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeCursor
{
    public NativeTable* Table;
    /// <summary>A handle on the <see cref="BlockCursor"/>.</summary>
    public nint Cursor;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeIndexInfo
{
    public int ConstraintCount;
    public NativeConstraint* Constraints;
    public int OrderCount;
    public NativeOrder* Orders;
    public NativeUsage* Usages;
    public int Number;
    public byte* Text;
    public int FreeText;
    public int IsOrdered;
    public double EstimatedCost;
    public long EstimatedRows;
    public int Flags;
    public ulong ColumnsUsed;
}

[StructLayout(LayoutKind.Sequential)]
internal struct NativeConstraint
{
    public int Column;
    public byte Operator;
    public byte IsUsable;
    public int TermOffset;
}

[StructLayout(LayoutKind.Sequential)]
internal struct NativeOrder
{
    public int Column;
    public byte IsDescending;
}

[StructLayout(LayoutKind.Sequential)]
internal struct NativeUsage
{
    public int Argument;
    public byte Omit;
}

internal static unsafe partial class NativeTables
{
    private const string Library = "e_sqlite3";

    // Codes of constraints.
    public const byte Equal = 2, Greater = 4, LessOrEqual = 8, Less = 16, GreaterOrEqual = 32;

    /// <summary>May be read through views although schemas are not trusted: it has no side effects.</summary>
    public const int Innocuous = 2;

    /// <summary>Copy the text.</summary>
    public static readonly nint Transient = -1;

    [LibraryImport(Library, EntryPoint = "sqlite3_create_module_v2", StringMarshalling = StringMarshalling.Utf8),
        DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    public static partial int CreateModule(nint connection, string name, NativeModule* module, nint context, nint destroy);

    [LibraryImport(Library, EntryPoint = "sqlite3_declare_vtab", StringMarshalling = StringMarshalling.Utf8),
        DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    public static partial int DeclareTable(nint connection, string sql);

    [LibraryImport(Library, EntryPoint = "sqlite3_vtab_config"),
        DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    public static partial int Configure(nint connection, int option);

    [LibraryImport(Library, EntryPoint = "sqlite3_result_int64"), SuppressGCTransition,
        DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    public static partial void ResultInt64(nint context, long value);

    [LibraryImport(Library, EntryPoint = "sqlite3_result_null"), SuppressGCTransition,
        DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    public static partial void ResultNull(nint context);

    [LibraryImport(Library, EntryPoint = "sqlite3_result_text"),
        DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    public static partial void ResultText(nint context, byte* text, int length, nint destroy);

    [LibraryImport(Library, EntryPoint = "sqlite3_value_type"), SuppressGCTransition,
        DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    public static partial int ValueType(nint value);

    [LibraryImport(Library, EntryPoint = "sqlite3_value_int64"),
        DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    public static partial long ValueInt64(nint value);

    [LibraryImport(Library, EntryPoint = "sqlite3_malloc"),
        DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    public static partial byte* Allocate(int size);

    [LibraryImport(Library, EntryPoint = "sqlite3_prepare_v2", StringMarshalling = StringMarshalling.Utf8),
        DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    public static partial int Prepare(nint connection, string sql, int length, out nint statement, nint tail);

    [LibraryImport(Library, EntryPoint = "sqlite3_finalize"),
        DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    public static partial int Finish(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_blob"),
        DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    public static partial byte* ColumnBlob(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_bytes"),
        DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    public static partial int ColumnBytes(nint statement, int column);
}
