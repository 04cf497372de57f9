package io.duplex.samples.servers;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;

/**
 * What a command line did in this process.
 *
 * @param code the exit code
 * @param out  all that it printed
 * @param err  all that it printed on the error stream
 */
record Run(int code, String out, String err) {
    static Run of(String... args) {
        return with("", args);
    }

    /** With lines for the client to send. */
    static Run with(String input, String... args) {
        return with(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), false, args);
    }

    static Run with(InputStream input, boolean terminal, String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Ws.commandLine(input, terminal)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
        return new Run(code, out.toString(), err.toString());
    }
}
