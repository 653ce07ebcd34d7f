import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import org.postgresql.util.PSQLException;

/** PgJDBC: each check runs on a connection of its own; the first that fails ends the program. */
public class Matrix {
    interface Check {
        void run(Connection connection) throws Exception;
    }

    interface Work {
        void run() throws Exception;
    }

    static final boolean MOVES = System.getenv("POOLER_MODE").equals("transaction");

    /** The simple protocol knows neither binary values nor prepared statements. */
    static final Set<String> UNKNOWN_TO_SIMPLE = Set.of("large values", "prepared", "description");

    public static void main(String[] arguments) throws Exception {
        Map<String, Check> checks = new LinkedHashMap<>();
        checks.put("values", Matrix::values);
        checks.put("large values", Matrix::largeValues);
        checks.put("prepared", Matrix::prepared);
        checks.put("changing types", Matrix::changingTypes);
        checks.put("batches", Matrix::batches);
        checks.put("cursors", Matrix::cursors);
        checks.put("copy", Matrix::copy);
        checks.put("transactions", Matrix::transactions);
        checks.put("cancel", Matrix::cancel);
        checks.put("notices", Matrix::notices);
        checks.put("settings", Matrix::settings);
        checks.put("catalog", Matrix::catalog);
        checks.put("description", Matrix::description);
        for (String mode : new String[] {"extended", "simple", "extendedForPrepared", "extendedCacheEverything"}) {
            for (Map.Entry<String, Check> check : checks.entrySet()) {
                if (mode.equals("simple") && UNKNOWN_TO_SIMPLE.contains(check.getKey())) {
                    continue;
                }
                try (Connection connection = connect(mode)) {
                    check.getValue().run(connection);
                } catch (Throwable failure) {
                    System.err.println(mode + ", " + check.getKey());
                    throw failure;
                }
                System.out.println(mode + ", " + check.getKey());
            }
        }
    }

    static Connection connect(String mode) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", System.getenv("PGUSER"));
        properties.setProperty("password", System.getenv("PGPASSWORD"));
        properties.setProperty("preferQueryMode", mode);
        properties.setProperty("prepareThreshold", "3");
        properties.setProperty("socketTimeout", "20");
        String url = "jdbc:postgresql://" + System.getenv("PGHOST") + ":" + System.getenv("PGPORT") + "/"
            + System.getenv("PGDATABASE");
        return DriverManager.getConnection(url, properties);
    }

    static void values(Connection connection) throws Exception {
        Object[] sent = {true, -32767, 9223372036854775807L, 1.0000000000000002, new BigDecimal("-123456789012345678.25"),
            "naïve ☃ \\ ' \" $1 ?", UUID.fromString("12345678-1234-5678-1234-567812345678"), null};
        String sql = "SELECT ?::bool, ?::int4, ?::int8, ?::float8, ?::numeric, ?::text, ?::uuid, ?::int4";
        // From the fifth execution on the driver asks for binary values.
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int round = 0; round < 8; round++) {
                for (int n = 0; n < sent.length; n++) {
                    statement.setObject(n + 1, sent[n]);
                }
                try (ResultSet row = statement.executeQuery()) {
                    check(row.next(), "a row");
                    for (int n = 0; n < sent.length; n++) {
                        same(row.getObject(n + 1), sent[n]);
                    }
                }
            }
        }
    }

    static void largeValues(Connection connection) throws Exception {
        byte[] bytes = new byte[1_000_000];
        Arrays.fill(bytes, (byte) 0xfe);
        OffsetDateTime when = OffsetDateTime.parse("1999-12-31T23:59:59.999999Z");
        try (PreparedStatement statement = connection.prepareStatement("SELECT ?::bytea, ?::timestamptz, ?::int4[]")) {
            statement.setBytes(1, bytes);
            statement.setObject(2, when);
            statement.setArray(3, connection.createArrayOf("int4", new Integer[] {1, -2, 3}));
            try (ResultSet row = statement.executeQuery()) {
                check(row.next(), "a row");
                check(Arrays.equals(row.getBytes(1), bytes), "bytes");
                same(row.getObject(2, OffsetDateTime.class).toInstant(), when.toInstant());
                check(Arrays.equals((Integer[]) row.getArray(3).getArray(), new Integer[] {1, -2, 3}), "array");
            }
        }
    }

    static void prepared(Connection connection) throws Exception {
        Set<Integer> pids = new HashSet<>();
        try (PreparedStatement twice = connection.prepareStatement("SELECT ? * 2, pg_backend_pid()")) {
            for (int n = 0; n < 12; n++) {
                List<Connection> others = holdConnections(n % 3);
                twice.setInt(1, n);
                try (ResultSet row = twice.executeQuery()) {
                    check(row.next(), "a row");
                    same(row.getInt(1), 2 * n);
                    pids.add(row.getInt(2));
                }
                for (Connection other : others) {
                    other.close();
                }
            }
            check(((org.postgresql.PGStatement) twice).isUseServerPrepare(), "prepared at the server");
        }
        same(pids.size() > 1, MOVES);
    }

    static List<Connection> holdConnections(int count) throws SQLException {
        List<Connection> others = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            Connection other = connect("simple");
            other.setAutoCommit(false);
            other.createStatement().execute("SELECT 1");
            others.add(other);
        }
        return others;
    }

    /** The driver closes a prepared statement and prepares it again when the type of a parameter changes. */
    static void changingTypes(Connection connection) throws Exception {
        try (PreparedStatement statement = connection.prepareStatement("SELECT pg_typeof(?)::text")) {
            for (int round = 0; round < 6; round++) {
                statement.setObject(1, 1);
                same(single(statement), "integer");
                statement.setObject(1, 1.5);
                same(single(statement), "double precision");
            }
        }
    }

    static void batches(Connection connection) throws Exception {
        execute(connection, "DROP TABLE IF EXISTS batch");
        execute(connection, "CREATE TABLE batch (id serial, x int UNIQUE)");
        connection.setAutoCommit(false);
        String insert = "INSERT INTO batch (x) VALUES (?)";
        try (PreparedStatement statement = connection.prepareStatement(insert, Statement.RETURN_GENERATED_KEYS)) {
            for (int n = 0; n < 1000; n++) {
                statement.setInt(1, n);
                statement.addBatch();
            }
            check(Arrays.stream(statement.executeBatch()).allMatch(count -> count == 1), "counts");
            ResultSet keys = statement.getGeneratedKeys();
            for (int n = 1; keys.next(); n++) {
                same(keys.getInt(1), n);
            }
        }
        connection.commit();
        try (PreparedStatement statement = connection.prepareStatement(insert)) {
            for (int n = 1500; n > 900; n--) {
                statement.setInt(1, n);
                statement.addBatch();
            }
            BatchUpdateException refused = refused(BatchUpdateException.class, statement::executeBatch);
            same(refused.getSQLState(), "23505");
        }
        connection.rollback();
        same(single(connection, "SELECT count(*) || ' ' || sum(x) FROM batch"), "1000 499500");
        connection.commit();
    }

    static void cursors(Connection connection) throws Exception {
        connection.setAutoCommit(false);
        try (PreparedStatement statement = connection.prepareStatement("SELECT generate_series(1, ?)")) {
            statement.setFetchSize(77);
            for (int round = 0; round < 5; round++) {
                statement.setInt(1, 1000);
                try (ResultSet rows = statement.executeQuery()) {
                    for (int n = 1; n <= 1000; n++) {
                        check(rows.next(), "row " + n);
                        same(rows.getInt(1), n);
                        if (n == 100) {
                            same(single(connection, "SELECT 'between'"), "between");
                        }
                    }
                    check(!rows.next(), "no more rows");
                }
                connection.commit();
            }
        }
    }

    static void copy(Connection connection) throws Exception {
        execute(connection, "DROP TABLE IF EXISTS copied");
        execute(connection, "CREATE TABLE copied (n int, t text)");
        StringBuilder lines = new StringBuilder();
        for (int n = 0; n < 20_000; n++) {
            lines.append(n).append("\trow ").append(n).append(" ☃\n");
        }
        CopyManager manager = connection.unwrap(PGConnection.class).getCopyAPI();
        same(manager.copyIn("COPY copied FROM STDIN", new StringReader(lines.toString())), 20_000L);
        StringWriter copied = new StringWriter();
        manager.copyOut("COPY (SELECT * FROM copied ORDER BY n) TO STDOUT", copied);
        same(copied.toString(), lines.toString());
        Work wrong = () -> manager.copyIn("COPY copied FROM STDIN", new StringReader("no number\tx\n"));
        same(refused(PSQLException.class, wrong).getSQLState(), "22P02");
        same(single(connection, "SELECT count(*)::text FROM copied"), "20000");
    }

    static void transactions(Connection connection) throws Exception {
        execute(connection, "DROP TABLE IF EXISTS kept");
        execute(connection, "CREATE TABLE kept (x int CONSTRAINT only_one PRIMARY KEY)");
        connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
        connection.setAutoCommit(false);
        same(single(connection, "SHOW transaction_isolation"), "serializable");
        execute(connection, "INSERT INTO kept VALUES (1)");
        Savepoint savepoint = connection.setSavepoint();
        PSQLException refused = refused(PSQLException.class, () -> execute(connection, "INSERT INTO kept VALUES (1)"));
        same(refused.getSQLState(), "23505");
        same(refused.getServerErrorMessage().getConstraint(), "only_one");
        same(refused(PSQLException.class, () -> single(connection, "SELECT 'x'")).getSQLState(), "25P02");
        connection.rollback(savepoint);
        execute(connection, "INSERT INTO kept VALUES (2)");
        connection.commit();
        execute(connection, "DELETE FROM kept");
        connection.rollback();
        same(single(connection, "SELECT string_agg(x::text, ' ' ORDER BY x) FROM kept"), "1 2");
        connection.commit();
        connection.setAutoCommit(true);
        connection.setReadOnly(true);
        connection.setAutoCommit(false);
        same(refused(PSQLException.class, () -> execute(connection, "DELETE FROM kept")).getSQLState(), "25006");
        connection.rollback();
    }

    static void cancel(Connection connection) throws Exception {
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            PSQLException refused = refused(PSQLException.class, () -> statement.execute("SELECT pg_sleep(60)"));
            same(refused.getSQLState(), "57014");
        }
        same(single(connection, "SELECT 'on'"), "on");
    }

    static void notices(Connection connection) throws Exception {
        try (Statement statement = connection.createStatement()) {
            statement.execute("DO $$ BEGIN RAISE WARNING 'look'; END $$");
            same(statement.getWarnings().getMessage(), "look");
            same(statement.getWarnings().getSQLState(), "01000");
            statement.execute("LISTEN news");
            statement.execute("NOTIFY news, 'paper'");
        }
        same(connection.unwrap(PGConnection.class).getNotifications(5000)[0].getParameter(), "paper");
    }

    static void settings(Connection connection) throws Exception {
        connection.setSchema("elsewhere");
        execute(connection, "SET work_mem = '123kB'");
        connection.setClientInfo("ApplicationName", "matrix");
        for (int count = 0; count < 3; count++) {
            List<Connection> others = holdConnections(count);
            same(single(connection, "SHOW search_path"), "elsewhere");
            same(single(connection, "SHOW work_mem"), "123kB");
            same(single(connection, "SHOW application_name"), "matrix");
            for (Connection other : others) {
                same(single(other, "SHOW work_mem"), "4MB");
                other.close();
            }
        }
    }

    static void catalog(Connection connection) throws Exception {
        execute(connection, "DROP TABLE IF EXISTS described");
        execute(connection, "CREATE TABLE described (id int PRIMARY KEY, t varchar(7) NOT NULL)");
        try (ResultSet columns = connection.getMetaData().getColumns(null, "public", "described", null)) {
            List<String> found = new ArrayList<>();
            while (columns.next()) {
                found.add(columns.getString("COLUMN_NAME") + " " + columns.getString("TYPE_NAME"));
            }
            same(found, List.of("id int4", "t varchar"));
        }
    }

    static void description(Connection connection) throws Exception {
        execute(connection, "DROP TABLE IF EXISTS described");
        execute(connection, "CREATE TABLE described (id int PRIMARY KEY, t varchar(7) NOT NULL)");
        try (PreparedStatement statement = connection.prepareStatement("SELECT * FROM described WHERE id = ?")) {
            same(statement.getMetaData().getColumnName(2), "t");
            same(statement.getParameterMetaData().getParameterTypeName(1), "int4");
        }
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static String single(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            return single(statement);
        }
    }

    static String single(PreparedStatement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery()) {
            check(row.next(), "a row");
            return row.getString(1);
        }
    }

    static <E extends Exception> E refused(Class<E> kind, Work work) throws Exception {
        try {
            work.run();
        } catch (Exception error) {
            if (kind.isInstance(error)) {
                return kind.cast(error);
            }
            throw error;
        }
        throw new AssertionError("not refused");
    }

    static void same(Object found, Object expected) {
        check(Objects.equals(found, expected), "found " + found + ", expected " + expected);
    }

    static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
