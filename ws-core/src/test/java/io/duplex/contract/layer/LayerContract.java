package io.duplex.contract.layer;

import io.duplex.transport.Transport;
import java.io.IOException;
import java.net.SocketException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;

/**
 * The contract between any transport and a {@link io.duplex.transport.ByteLayer}: the order of calls,
 * back-pressure, deadlines, tasks, and how connections end. It says nothing about WebSocket; that is {@link
 * io.duplex.contract.TransportContract}. A transport extends this class and says how it names itself and its
 * threads. Every part runs as a nested class, over real sockets.
 */
@Tag("layer")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class LayerContract {
    /**
     * The transport under test.
     *
     * @return a new transport
     */
    protected abstract Transport transport();

    /**
     * Returns the expected name of the transport.
     *
     * @return its name
     */
    protected abstract String name();

    /**
     * The thread that calls the layer of a listener's first connection when bytes arrive.
     *
     * @return its name, without the name from the settings in front
     */
    protected abstract String callingThread();

    /**
     * The threads that write what the thread of a connection leaves to others.
     *
     * @return the beginning of their names, without the name from the settings in front
     */
    protected abstract String writingThreads();

    /**
     * Returns the failure that a layer gets when a write meets a reset.
     *
     * @return its type
     */
    protected Class<? extends IOException> writeFailure() {
        return SocketException.class;
    }

    @Nested
    class Listening extends LayerListenerContract {
        Listening() {
            super(LayerContract.this);
        }
    }

    @Nested
    class Connecting extends LayerConnectorContract {
        Connecting() {
            super(LayerContract.this);
        }
    }

    @Nested
    class Receiving extends LayerInputContract {
        Receiving() {
            super(LayerContract.this);
        }
    }

    @Nested
    class Sending extends LayerOutputContract {
        Sending() {
            super(LayerContract.this);
        }
    }

    @Nested
    class Timing extends LayerDeadlineContract {
        Timing() {
            super(LayerContract.this);
        }
    }

    @Nested
    class Executing extends LayerTaskContract {
        Executing() {
            super(LayerContract.this);
        }
    }

    @Nested
    class HandingOver extends LayerHandoverContract {
        HandingOver() {
            super(LayerContract.this);
        }
    }

    @Nested
    class MeetingErrors extends LayerErrorContract {
        MeetingErrors() {
            super(LayerContract.this);
        }
    }

    @Nested
    class Finishing extends LayerEndingContract {
        Finishing() {
            super(LayerContract.this);
        }
    }

    @Nested
    class Closing extends LayerCloseContract {
        Closing() {
            super(LayerContract.this);
        }
    }

    @Nested
    class SettingOptions extends LayerOptionContract {
        SettingOptions() {
            super(LayerContract.this);
        }
    }
}
