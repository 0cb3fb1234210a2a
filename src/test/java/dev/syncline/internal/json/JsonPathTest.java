package dev.syncline.internal.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths lead to ids inside JSON and put others in their place, touching nothing else. Defends G8. */
class JsonPathTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "$.a         | {'a':1,'b':1}                     | {'a':9,'b':1}",
                "$.a.b       | {'a':{'b':1,'c':[1]}}             | {'a':{'b':9,'c':[1]}}",
                "$[*]        | [1,2,'1',1,null,[1]]              | [9,2,'1',9,null,[1]]",
                "$.a[*].b    | {'a':[{'b':1},{'c':1},7,{'b':2}]} | {'a':[{'b':9},{'c':1},7,{'b':2}]}",
                "$['a b'][*] | {'a b':[1]}                       | {'a b':[9]}",
                "$['$']      | {'$':1}                           | {'$':9}",
                "$[*][*]     | [[1],[2,1],1]                     | [[9],[2,9],1]",
                "$.a         | [1]                               | [1]",
                "$.a[*]      | {'a':1}                           | {'a':1}",
                "$.a.b       | {'a':1}                           | {'a':1}",
                "$.a         | {'a':{'b':1}}                     | {'a':{'b':1}}",
                "$.a         | 1                                 | 1",
            })
    void a_value_is_replaced_where_the_path_leads_and_nowhere_else(String path, String before, String after) {
        Object json = Json.parse(before.replace('\'', '"'));
        assertThat(Json.write(JsonPath.parse(path).replace(json, Map.of(1L, 9L))))
                .isEqualTo(after.replace('\'', '"'));
    }

    @Test
    void each_value_is_found_once_and_nulls_are_none() {
        Object json = Json.parse("{\"a\":[{\"b\":3},{\"b\":null},{},{\"b\":\"x\"},{\"b\":3}]}");
        assertThat(JsonPath.parse("$.a[*].b").in(json)).containsExactly(3L, "x");
        assertThat(JsonPath.parse("$.a[*].b").in(null)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "$", "a", "$.", "$a", "$..a", "$[0]", "$.a[", "$['']", "$.a b", "$.a[*]x", "x.a"})
    void what_is_no_such_path_is_refused_with_an_example(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JsonPath.parse(text))
                .withMessageContaining("'" + text + "'")
                .withMessageContaining("$.items[*].account_id");
    }

    @Test
    void paths_are_equal_if_they_lead_to_the_same_place() {
        assertThat(JsonPath.parse("$.a[*]"))
                .isEqualTo(JsonPath.parse("$['a'][*]"))
                .isNotEqualTo(JsonPath.parse("$.a"));
    }
}
