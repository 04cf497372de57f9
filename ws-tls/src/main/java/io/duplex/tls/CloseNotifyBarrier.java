package io.duplex.tls;

import java.nio.ByteBuffer;

/**
 * The rule that output which waits leaves before a record is opened that may be the peer's close_notify: that
 * ends both directions in TLS 1.2, and with Bouncy Castle's engines in TLS 1.3 too, and what was not
 * encrypted by then never leaves. The receiving thread decides, any thread may ask.
 */
final class CloseNotifyBarrier {
    private final Encryption encryption;
    /** The engine ends both directions, and an alert cannot be told from data before it is decrypted. */
    private boolean alertsAreHidden;
    private volatile boolean wished;

    CloseNotifyBarrier(Encryption encryption) {
        this.encryption = encryption;
    }

    /** The handshake is over. */
    void agreed(String protocol, boolean engineHalfCloses) {
        alertsAreHidden = !engineHalfCloses && "TLSv1.3".equals(protocol);
    }

    /** Whether this record has to wait. */
    boolean mustFlushBefore(ByteBuffer record) {
        boolean mayEndBothWays = RecordHeader.isAlert(record)
                || alertsAreHidden && RecordHeader.mayHideAlert(record);
        // First the wish, then the look: a flush that ends in between sees the one or the other.
        wished = mayEndBothWays;
        if (mayEndBothWays && encryption.isPending()) {
            return true;
        }
        wished = false;
        return false;
    }

    /** Whether a record waits for output to leave. */
    boolean isBlocking() {
        return wished && encryption.isPending();
    }
}
