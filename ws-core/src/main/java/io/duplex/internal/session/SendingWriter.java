package io.duplex.internal.session;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/** A text message written as a stream of characters; unpaired surrogates are refused. For one thread. */
final class SendingWriter extends Writer {
    private final OutputStreamWriter encoder;

    SendingWriter(SendingStream stream) {
        // An encoder made anew reports malformed input; the one behind a charset's name would replace it.
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
