package io.duplex.extension;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.duplex.extension.ExtensionHeader.Parameter;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455 section 9.1. */
class ExtensionHeaderTest {
    @Test
    void readsTheExamplesOfSection91() {
        assertEquals(List.of(ExtensionHeader.of("foo"), ExtensionHeader.of("bar", Parameter.of("baz", "2"))),
                ExtensionHeader.parse(List.of("foo, bar; baz=2")));
        assertEquals(List.of(ExtensionHeader.of("deflate-stream")),
                ExtensionHeader.parse(List.of("deflate-stream")));
        assertEquals(
                List.of(ExtensionHeader.of("mux", Parameter.of("max-channels", "4"),
                        Parameter.of("flow-control")),
                        ExtensionHeader.of("deflate-stream")),
                ExtensionHeader.parse(List.of("mux; max-channels=4; flow-control, deflate-stream")));
        assertEquals(List.of(ExtensionHeader.of("private-extension")),
                ExtensionHeader.parse(List.of("private-extension")));
    }

    @Test
    void severalFieldsAreOneList() {
        assertEquals(ExtensionHeader.parse(List.of("foo, bar; baz=2, qux")),
                ExtensionHeader.parse(List.of("foo", "bar; baz=2", "qux")));
    }

    @Test
    void noFieldIsNoExtension() {
        assertEquals(List.of(), ExtensionHeader.parse(List.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = { "a;b=c", "a ; b = c", "a\t;\tb\t=\tc", "  a;  b=c  ", "a;b=\"c\"", "a;b=\"\\c\"",
        ",a;b=c", "a;b=c, ,," })
    void whiteSpaceQuotesAndEmptyElementsDoNotMatter(String value) {
        assertEquals(List.of(ExtensionHeader.of("a", Parameter.of("b", "c"))),
                ExtensionHeader.parse(List.of(value)));
    }

    @Test
    void anEmptyFieldIsFineBesideOneThatIsNot() {
        assertEquals(List.of(ExtensionHeader.of("a")), ExtensionHeader.parse(List.of("", "a", " , ")));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", " ", ",", " , ,\t" })
    void aListWithoutElementsIsRefused(String value) {
        assertThrows(ExtensionSyntaxException.class, () -> ExtensionHeader.parse(List.of(value)));
    }

    @ParameterizedTest
    @ValueSource(strings = { ";", "=", "a;", "a;;b", "a; b=", "a; =b", "a; b=;", "a b", "a; b c", "a; b=c d",
        "a=b",
        "a; b=\"\"", "a; b=\"c", "a; b=\"c\\", "a; b=\"c d\"", "a; b=\"c,d\"", "a; b=\"c\"d", "a; b=\"\\\"\"",
        "a; b='c d'", "(a)", "a/b", "a; b=c=d", "\u00e9", "a\u0000", "a\r\nb", "a\u000bb", "\"a\"",
        "a; \"b\"" })
    void whatTheGrammarDoesNotHaveIsRefused(String value) {
        assertThrows(ExtensionSyntaxException.class, () -> ExtensionHeader.parse(List.of(value)));
        assertThrows(ExtensionSyntaxException.class,
                () -> ExtensionHeader.parse(List.of("x", value + ", y")));
    }

    @Test
    void anErrorSaysWhereAndWhat() {
        var e = assertThrows(ExtensionSyntaxException.class,
                () -> ExtensionHeader.parse(List.of("foo; bar=,")));
        assertEquals("expected a parameter value at offset 9", e.getMessage());
    }

    @Test
    void thirtyTwoExtensionsAreTakenAndNoMore() {
        assertEquals(32, ExtensionHeader.parse(Collections.nCopies(32, "a")).size());
        assertThrows(ExtensionSyntaxException.class,
                () -> ExtensionHeader.parse(Collections.nCopies(33, "a")));
        String list = String.join(",", Collections.nCopies(33, "a"));
        assertThrows(ExtensionSyntaxException.class, () -> ExtensionHeader.parse(List.of(list)));
    }

    @Test
    void thirtyTwoParametersAreTakenAndNoMore() {
        String most = "a" + "; b=c".repeat(32);
        assertEquals(32, ExtensionHeader.parse(List.of(most)).getFirst().parameters().size());
        assertThrows(ExtensionSyntaxException.class, () -> ExtensionHeader.parse(List.of(most + "; b")));
        assertThrows(ExtensionSyntaxException.class,
                () -> new ExtensionHeader("a", Collections.nCopies(33, Parameter.of("b"))));
    }

    @Test
    void formatsWhatParseReadsBack() {
        ExtensionHeader header = ExtensionHeader.of("mux", Parameter.of("max", "4"), Parameter.of("flow"));
        assertEquals("mux; max=4; flow", header.format());
        assertEquals(List.of(header), ExtensionHeader.parse(List.of(header.format())));
    }

    @Test
    void nothingButTokensCanBePutIntoAHeader() {
        assertThrows(ExtensionSyntaxException.class, () -> ExtensionHeader.of("a\r\nSet-Cookie: b"));
        assertThrows(ExtensionSyntaxException.class, () -> ExtensionHeader.of(""));
        assertThrows(ExtensionSyntaxException.class, () -> Parameter.of("a b"));
        assertThrows(ExtensionSyntaxException.class, () -> Parameter.of("a", "b,c"));
        assertThrows(ExtensionSyntaxException.class, () -> Parameter.of("a", ""));
    }
}
