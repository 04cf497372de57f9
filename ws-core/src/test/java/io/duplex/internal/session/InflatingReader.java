package io.duplex.internal.session;

import io.duplex.extension.Extension;
import io.duplex.extension.ExtensionException;
import io.duplex.extension.Negotiated;
import io.duplex.extension.PerMessageDeflate;
import io.duplex.testkit.RawFrame;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads the messages of a connection, inflating those that are compressed. */
final class InflatingReader {
    private final Extension client;
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private boolean compressed;

    InflatingReader(Negotiated negotiated) throws ExtensionException {
        client = PerMessageDeflate.create().agree(negotiated.response());
    }

    List<String> read(List<RawFrame> frames) throws Exception {
        List<String> texts = new ArrayList<>();
        for (RawFrame frame : frames) {
            compressed = frame.opcode() == 0 ? compressed : frame.rsv() != 0;
            byte[] payload = frame.payload().bytes();
            if (compressed) {
                client.decode(ByteBuffer.wrap(payload), frame.fin(), piece -> {
                    byte[] bytes = new byte[piece.remaining()];
                    piece.get(bytes);
                    message.writeBytes(bytes);
                });
            } else {
                message.writeBytes(payload);
            }
            if (frame.fin()) {
                texts.add(message.toString(StandardCharsets.UTF_8));
                message.reset();
            }
        }
        return texts;
    }
}
