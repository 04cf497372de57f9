package io.duplex.tls;

import java.nio.ByteBuffer;

/**
 * Holds back a record that may be the peer's close_notify until pending output has left. close_notify ends
 * both directions in TLS 1.2, and with Bouncy Castle's engines in TLS 1.3 too; output that is not encrypted
 * by then is lost. The receive thread decides, any thread may ask.
 */
final class CloseNotifyBarrier {
    private final Encryption encryption;
    /** The engine ends both directions, and an alert looks like data before it is decrypted. */
    private boolean alertsAreHidden;
    private volatile boolean holding;

    CloseNotifyBarrier(Encryption encryption) {
        this.encryption = encryption;
    }

    /** The handshake is over. */
    void agreed(String protocol, boolean engineHalfCloses) {
        alertsAreHidden = !engineHalfCloses && "TLSv1.3".equals(protocol);
    }

    /** Whether pending output must leave before this record is decrypted. */
    boolean mustFlushBefore(ByteBuffer record) {
        boolean mayEndBothWays = RecordHeader.isAlert(record)
                || alertsAreHidden && RecordHeader.mayHideAlert(record);
        // Set before checking, so a concurrent flush cannot be missed.
        holding = mayEndBothWays;
        if (mayEndBothWays && encryption.isPending()) {
            return true;
        }
        holding = false;
        return false;
    }

    /** Whether a record is held back until output has left. */
    boolean isBlocking() {
        return holding && encryption.isPending();
    }
}
