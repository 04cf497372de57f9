package io.duplex.samples.servers;

import io.duplex.Message;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.HexFormat;

/**
 * Prints one line per message: text as it is, of a binary message the length and the first bytes. For one
 * thread.
 */
final class MessagePrinter {
    private static final int SHOWN_BYTES = 32;

    private final PrintWriter out;
    private final boolean terminal;

    /**
     * Creates a printer.
     *
     * @param out      the output
     * @param terminal whether the output is a terminal: control characters are escaped then
     */
    MessagePrinter(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /**
     * Prints one message and flushes.
     *
     * @throws IOException if the output is closed
     */
    void print(Message message) throws IOException {
        switch (message) {
            case Message.Text text -> out.println(terminal ? Terminal.harmless(text.text()) : text.text());
            case Message.Binary binary -> out.println(line(binary.bytes()));
        }
        if (out.checkError()) {
            throw new IOException("cannot write to standard output any more");
        }
    }

    private static String line(byte[] bytes) {
        String hex = HexFormat.ofDelimiter(" ").formatHex(bytes, 0, Math.min(bytes.length, SHOWN_BYTES));
        return ("<binary " + bytes.length + " bytes> " + hex).strip()
                + (bytes.length > SHOWN_BYTES ? " …" : "");
    }
}
