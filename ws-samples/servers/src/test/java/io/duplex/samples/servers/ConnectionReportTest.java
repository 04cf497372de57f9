package io.duplex.samples.servers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.duplex.CloseInfo;
import io.duplex.frame.CloseStatus;
import io.duplex.samples.servers.LineSender.Lines;
import io.duplex.transport.TcpEnd;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is said about the end of a connection and the lines that were to be sent. */
class ConnectionReportTest {
    private static List<String> said(CloseInfo info, boolean well, Lines lines, long received) {
        StringWriter err = new StringWriter();
        new ConnectionReport(new PrintWriter(err), false).closed(info, well, lines, received);
        return err.toString().lines().toList();
    }

    private static CloseInfo info(int code, Optional<Throwable> cause) {
        Optional<CloseStatus> both = Optional.of(new CloseStatus(code, ""));
        return new CloseInfo(both, both, CloseInfo.Initiator.PEER, cause, TcpEnd.BROKEN);
    }

    @Test
    void aNormalEndIsQuiet() {
        assertEquals(List.of(), said(info(1000, Optional.empty()), true, new Lines(3, 0, 9), 0));
    }

    @Test
    void linesThatCouldNotBeSentAreToldInAnyCase() {
        assertEquals(List.of("! 1 line could not be sent, nor what follows"),
                said(info(1000, Optional.empty()), true, new Lines(3, 1, 9), 3));
    }

    @Test
    void linesWithoutAnswerAreToldAfterAFailure() {
        assertEquals(
                List.of("! the server closed with 1011 (internal error)",
                        "! 1,000 lines sent, 1 message received: what was not answered may be lost"),
                said(info(1011, Optional.empty()), false, new Lines(1000, 0, 9), 1));
    }

    @Test
    void aCauseWithoutMessageIsNamed() {
        CloseInfo broken = new CloseInfo(Optional.empty(), Optional.empty(), CloseInfo.Initiator.PEER,
                Optional.of(new IOException()), TcpEnd.BROKEN);
        assertEquals(List.of("! the connection broke: java.io.IOException"),
                said(broken, false, new Lines(0, 0, 0), 0));
    }
}
