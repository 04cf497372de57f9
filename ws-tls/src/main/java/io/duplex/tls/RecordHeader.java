package io.duplex.tls;

import io.duplex.tls.TlsException.Reason;
import java.nio.ByteBuffer;

/**
 * The five header bytes of a TLS record (RFC 8446 section 5.1), checked before memory is allocated for the
 * length that they announce. Reads at a buffer's position and does not move it.
 */
final class RecordHeader {
    static final int BYTES = 5;
    /** RFC 5246 section 6.2.3; TLS 1.3 allows less, which its engines check. */
    static final int MAX_FRAGMENT_BYTES = (1 << 14) + 2048;
    private static final int ALERT = 21;
    private static final int HANDSHAKE = 22;
    private static final int APPLICATION_DATA = 23;
    private static final int CHANGE_CIPHER_SPEC = 20;
    /**
     * The length of an encrypted alert in TLS 1.3: the alert, its type, the JDK's padding of 16 bytes, and
     * the tag.
     */
    private static final int HIDDEN_ALERT_BYTES = 2 + 1 + 16 + 16;

    private RecordHeader() {}

    /**
     * The length of the record at the position.
     *
     * @return the length with the header; at least {@link #BYTES} bytes must be there
     * @throws TlsException if this is not a record, or the record is too long
     */
    static int recordBytes(ByteBuffer at) throws TlsException {
        int type = at.get(at.position()) & 0xff;
        int major = at.get(at.position() + 1) & 0xff;
        if (type < CHANGE_CIPHER_SPEC || type > APPLICATION_DATA || major != 3) {
            throw new TlsException(Reason.PROTOCOL,
                    "expected a TLS record, but bytes came that begin none: type " + type + ", version "
                            + major);
        }
        int length = at.getShort(at.position() + 3) & 0xffff;
        if (length > MAX_FRAGMENT_BYTES) {
            throw new TlsException(Reason.PROTOCOL, "a TLS record of " + length
                    + " bytes came, and the longest that TLS allows has " + MAX_FRAGMENT_BYTES);
        }
        return BYTES + length;
    }

    /**
     * Whether a connection may start with this byte: a handshake, or the alert of a peer that refuses one.
     */
    static boolean mayBegin(byte first) {
        return first == HANDSHAKE || first == ALERT;
    }

    /** Whether the record at the position is an alert, as far as that is visible: before TLS 1.3. */
    static boolean isAlert(ByteBuffer at) {
        return at.get(at.position()) == ALERT;
    }

    /** Whether the record at the position carries handshake messages, or is encrypted. */
    static boolean mayAdvanceHandshake(ByteBuffer at) {
        byte type = at.get(at.position());
        return (type == HANDSHAKE || type == APPLICATION_DATA) && at.getShort(at.position() + 3) != 0;
    }

    /**
     * Whether the whole record at the position is a close_notify that is not encrypted: level, then
     * description 0.
     */
    static boolean isCloseNotifyInClear(ByteBuffer at) {
        return isAlert(at) && at.getShort(at.position() + 3) == 2 && at.get(at.position() + BYTES + 1) == 0;
    }

    /** Whether the record at the position may be an alert of TLS 1.3, or a very short message. */
    static boolean mayHideAlert(ByteBuffer at) {
        return at.get(at.position()) == APPLICATION_DATA
                && (at.getShort(at.position() + 3) & 0xffff) <= HIDDEN_ALERT_BYTES;
    }
}
