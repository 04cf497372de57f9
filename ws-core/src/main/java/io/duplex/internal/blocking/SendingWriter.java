package io.duplex.internal.blocking;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/** A text message written as a stream of characters; unpaired surrogates are refused. For one thread. */
public final class SendingWriter extends Writer {
    private final OutputStreamWriter encoder;

    /** A writer for one message. */
    public SendingWriter(SendingStream stream) {
        // A new encoder reports malformed input; the one that a charset's name gives would replace it.
        this.encoder = new OutputStreamWriter(stream, StandardCharsets.UTF_8.newEncoder());
    }

    @Override
    public void write(char[] chars, int offset, int length) throws IOException {
        encoder.write(chars, offset, length);
    }

    /** Sends what was written so far as a fragment. */
    @Override
    public void flush() throws IOException {
        encoder.flush();
    }

    /** Ends the message. */
    @Override
    public void close() throws IOException {
        encoder.close();
    }
}
