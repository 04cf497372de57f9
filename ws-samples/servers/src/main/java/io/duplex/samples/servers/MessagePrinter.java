package io.duplex.samples.servers;

import io.duplex.Message;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.HexFormat;

/**
 * Prints messages, a line each: texts as they are, of binary ones the length and the first bytes. For one
 * thread.
 */
final class MessagePrinter {
    private static final int SHOWN_BYTES = 32;

    private final PrintWriter out;
    private final boolean terminal;

    /**
     * A printer.
     *
     * @param out      where to print
     * @param terminal whether a terminal shows it: control characters are made harmless then
     */
    MessagePrinter(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /**
     * Prints one message and flushes.
     *
     * @throws IOException if the output's reader has gone
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
