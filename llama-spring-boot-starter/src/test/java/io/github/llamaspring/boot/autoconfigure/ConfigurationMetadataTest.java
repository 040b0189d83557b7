package io.github.llamaspring.boot.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.net.URL;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The file that editors read, as the build really made it.
 */
class ConfigurationMetadataTest {

	private static final String FILE = "META-INF/spring-configuration-metadata.json";

	@Test
	void everyPropertyIsThereWithDescriptionAndDefault() throws IOException {
		Map<String, RecordComponent> expected = new TreeMap<>();
		collect("llama", LlamaProperties.class, expected);
		Map<String, JsonNode> actual = properties();
		assertThat(actual.keySet()).isEqualTo(expected.keySet()).hasSizeGreaterThan(30);
		assertThat(actual).allSatisfy((name, property) -> {
			assertThat(property.path("description").asString("")).as("description of " + name).isNotBlank();
			assertThat(property.path("type").asString("")).as("type of " + name).isNotBlank();
		});
		assertThat(actual.get("llama.model").path("defaultValue").asString("")).isEqualTo("demo");
		assertThat(actual.get("llama.resilience.queue-capacity").path("defaultValue").asInt()).isEqualTo(16);
		assertThat(actual.get("llama.resilience.circuit-breaker.open").path("defaultValue").asString(""))
			.isEqualTo("30s");
	}

	private static Map<String, JsonNode> properties() throws IOException {
		URL classes = LlamaProperties.class.getProtectionDomain().getCodeSource().getLocation();
		for (URL candidate : Collections.list(LlamaProperties.class.getClassLoader().getResources(FILE))) {
			if (candidate.toString().contains(classes.getPath())) {
				try (InputStream in = candidate.openStream()) {
					Map<String, JsonNode> properties = new TreeMap<>();
					for (JsonNode property : JsonMapper.shared().readTree(in).path("properties")) {
						properties.put(property.path("name").asString(), property);
					}
					return properties;
				}
			}
		}
		throw new AssertionError("no " + FILE + " in " + classes);
	}

	private static void collect(String prefix, Class<?> type, Map<String, RecordComponent> into) {
		for (RecordComponent component : type.getRecordComponents()) {
			String name = prefix + "." + component.getName().replaceAll("([A-Z])", "-$1").toLowerCase();
			if (component.getType().isRecord()) {
				collect(name, component.getType(), into);
			}
			else {
				into.put(name, component);
			}
		}
	}

}
