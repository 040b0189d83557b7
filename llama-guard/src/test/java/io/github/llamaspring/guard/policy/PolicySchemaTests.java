package io.github.llamaspring.guard.policy;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.schema.CoreSchema;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.github.llamaspring.guard.pii.PiiDetector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * The schema that editors check with and the reader that guards with are of one mind.
 */
class PolicySchemaTests {

	private static final JsonNode TREE = JsonMapper.shared().readTree(resource("policy.schema.json"));

	private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
		.getSchema(TREE);

	@TempDir
	private Path folder;

	private static String resource(String name) {
		try (InputStream in = PolicySchemaTests.class.getResourceAsStream(name)) {
			return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (java.io.IOException ex) {
			throw new java.io.UncheckedIOException(ex);
		}
	}

	static List<Case> cases() {
		List<Case> cases = new ArrayList<>();
		for (String part : resource("policies.txt").split("(?m)^#= ")) {
			String[] head = part.split("\n", 2);
			String[] kind = head[0].split(" ", 2);
			if (cases.isEmpty() && !part.startsWith("valid")) {
				continue;
			}
			cases.add(new Case(kind[0], (kind.length > 1) ? kind[1] : "", head[1]));
		}
		return cases;
	}

	private static boolean schemaAccepts(String yaml) {
		Object tree = new Load(LoadSettings.builder().setSchema(new CoreSchema()).build()).loadFromString(yaml);
		return SCHEMA.validate(JsonMapper.shared().valueToTree(tree)).isEmpty();
	}

	@ParameterizedTest
	@MethodSource("cases")
	void schemaAndReaderAgree(Case each) throws Exception {
		Path file = Files.writeString(this.folder.resolve("case.yaml"), each.yaml());
		assertThat(schemaAccepts(each.yaml())).isEqualTo(!each.kind().equals("invalid"));
		if (each.kind().equals("valid")) {
			assertThat(Policy.load(file, PiiDetector.KINDS, "").hash()).hasSize(64);
			return;
		}
		assertThatThrownBy(() -> Policy.load(file, PiiDetector.KINDS, "")).isInstanceOfSatisfying(PolicyException.class,
				(failure) -> {
					assertThat(failure.getMessage()).startsWith(file + ", line ").contains(each.complaint());
					assertThat(failure.file()).isEqualTo(file.toString());
					assertThat(failure.getMessage()).contains("line " + failure.line() + ":");
				});
	}

	@Test
	void coversEnough() {
		assertThat(cases()).hasSizeGreaterThanOrEqualTo(80);
		assertThat(cases().stream().map(Case::kind).distinct()).containsExactly("valid", "invalid", "dangling");
	}

	@Test
	void acceptsTheBuiltInPolicy() {
		assertThat(schemaAccepts(resource("llama2-aup.yaml"))).isTrue();
	}

	@Test
	void knowsEveryKindOfPersonalData() {
		assertThat(TREE.at("/properties/pii/properties").propertyNames()).containsExactly(
				java.util.stream.Stream.of(List.of("default"), PiiDetector.KINDS, List.of("restoreTo", "tools"))
					.flatMap(List::stream)
					.toArray(String[]::new));
	}

	@Test
	void letsATenantChangeWhateverAPolicySays() {
		List<String> own = List.of("policy", "extends", "tenants");
		assertThat(TREE.at("/$defs/overlay/properties").propertyNames()).containsExactlyElementsOf(
				TREE.at("/properties").propertyNames().stream().filter((name) -> !own.contains(name)).toList());
	}

	/**
	 * A policy of the file.
	 *
	 * @param kind valid, invalid or dangling
	 * @param complaint of the reader
	 */
	record Case(String kind, String complaint, String yaml) {
	}

}
