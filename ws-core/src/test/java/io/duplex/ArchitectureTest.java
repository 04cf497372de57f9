package io.duplex;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The rules of the design's section 1: what the protocol packages must not touch, and who may know whom. */
class ArchitectureTest {
    private static final String[] PROTOCOL = { "io.duplex.frame..", "io.duplex.http..",
        "io.duplex.extension..",
        "io.duplex.handshake..", "io.duplex.session..", "io.duplex.connection.." };

    private static final JavaClasses CORE = new ClassFileImporter().withImportOption(
            ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("io.duplex");

    /** A URI and an address are data; everything else in java.net does I/O or leads to it. */
    private static final DescribedPredicate<JavaClass> NET_IO = resideInAPackage("java.net").and(
            DescribedPredicate.not(DescribedPredicate.describe("data",
                    c -> c.getSimpleName().startsWith("URI") || c.getSimpleName().equals("SocketAddress")
                            || c.getSimpleName().equals("InetSocketAddress"))));

    @Test
    @DisplayName("1 protocol packages touch no socket and no channel")
    void protocolTouchesNoSocket() {
        noClasses().that()
                .resideInAnyPackage(PROTOCOL)
                .should()
                .dependOnClassesThat(NET_IO.or(resideInAnyPackage("java.nio.channels..", "javax.net..")))
                .check(CORE);
    }

    @Test
    @DisplayName("1 protocol packages touch no thread and no executor")
    void protocolTouchesNoThread() {
        noClasses().that()
                .resideInAnyPackage(PROTOCOL)
                .should()
                .dependOnClassesThat(assignableTo(Thread.class).or(
                        assignableTo(java.util.concurrent.Executor.class)).or(
                                assignableTo(java.util.concurrent.Executors.class))
                        .or(
                                assignableTo(java.util.Timer.class)))
                .check(CORE);
    }

    @Test
    @DisplayName("1 protocol packages have no clock")
    void protocolHasNoClock() {
        noClasses().that()
                .resideInAnyPackage(PROTOCOL)
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .dependOnClassesThat(assignableTo(java.time.Clock.class))
                .orShould()
                .dependOnClassesThat(assignableTo(io.duplex.transport.TransportClock.class))
                .check(CORE);
    }

    @Test
    @DisplayName("1 frame knows nothing of http, and little else")
    void frameKnowsNothingElse() {
        classes().that()
                .resideInAPackage("io.duplex.frame..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("io.duplex.frame..", "java..")
                .check(CORE);
    }

    @Test
    @DisplayName("1 http knows nothing of WebSocket")
    void httpKnowsNothingElse() {
        classes().that()
                .resideInAPackage("io.duplex.http..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("io.duplex.http..", "java..")
                .check(CORE);
    }

    @Test
    @DisplayName("1 the core knows no transport and no TLS module")
    void coreKnowsNoTransport() {
        noClasses().should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.duplex.transport.*..", "io.duplex.tls..", "io.duplex.samples..")
                .check(CORE);
    }

    @Test
    @DisplayName("1 the transport SPI depends on no other package of ours")
    void spiStandsAlone() {
        classes().that()
                .resideInAPackage("io.duplex.transport")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("io.duplex.transport", "java..")
                .check(CORE);
    }
}
