// Calls the candidate's Java by reflection: what a parameter is decides how its JSON is read. Tests come in one a line,
// `id json`; each answer is a line of its own that begins with the nonce, which is read before the candidate's class loads.
import java.io.*;
import java.lang.reflect.*;
import java.nio.charset.StandardCharsets;
import java.util.*;

class ListNode {
    long val;
    ListNode next;
    ListNode() {}
    ListNode(long val) { this.val = val; }
    ListNode(long val, ListNode next) { this.val = val; this.next = next; }
}
class TreeNode {
    long val;
    TreeNode left, right;
    TreeNode() {}
    TreeNode(long val) { this.val = val; }
    TreeNode(long val, TreeNode left, TreeNode right) { this.val = val; this.left = left; this.right = right; }
}
class GraphNode {
    int val;
    List<GraphNode> neighbors = new ArrayList<>();
    GraphNode() {}
    GraphNode(int val) { this.val = val; }
}

class VivaDriver {
    static final String[] NAMES = { @NAMES@ };
    static final boolean CALLS = @CALLS@;
    static final int IN = @IN@, OUT = @OUT@;
    static String nonce;
    static OutputStream out;

    /** Reads JSON into lists, maps, strings, booleans, null and number texts. */
    static final class Json {
        final String text;
        int at = 0;
        Json(String text) { this.text = text; }
        char peek() { while (text.charAt(at) == ' ') at++; return text.charAt(at); }
        Object value() {
            char first = peek();
            if (first == '[') {
                List<Object> list = new ArrayList<>();
                at++;
                if (peek() == ']') { at++; return list; }
                do list.add(value()); while (more(']'));
                return list;
            }
            if (first == '{') {
                Map<String, Object> map = new LinkedHashMap<>();
                at++;
                if (peek() == '}') { at++; return map; }
                do { String key = string(); peek(); at++; map.put(key, value()); } while (more('}'));
                return map;
            }
            if (first == '"') return string();
            int from = at;
            while (at < text.length() && ",]} ".indexOf(text.charAt(at)) < 0) at++;
            String word = text.substring(from, at);
            return switch (word) { case "true" -> true; case "false" -> false; case "null" -> null; default -> new Num(word); };
        }
        boolean more(char end) { char next = peek(); at++; return next != end; }
        String string() {
            peek();
            at++;
            StringBuilder made = new StringBuilder();
            for (;;) {
                char letter = text.charAt(at++);
                if (letter == '"') return made.toString();
                if (letter != '\\') { made.append(letter); continue; }
                letter = text.charAt(at++);
                switch (letter) {
                    case 'n' -> made.append('\n');
                    case 't' -> made.append('\t');
                    case 'r' -> made.append('\r');
                    case 'b' -> made.append('\b');
                    case 'f' -> made.append('\f');
                    case 'u' -> { made.append((char) Integer.parseInt(text.substring(at, at + 4), 16)); at += 4; }
                    default -> made.append(letter);
                }
            }
        }
    }
    record Num(String text) {}

    static IllegalArgumentException misfit(Object value, Type type) {
        return new IllegalArgumentException("the signature does not fit the question's types: " + type.getTypeName());
    }

    static Object decode(Object value, Type type) {
        if (type instanceof WildcardType wild) return decode(value, wild.getUpperBounds()[0]);
        Class<?> raw = type instanceof ParameterizedType p ? (Class<?>) p.getRawType() : type instanceof Class<?> c ? c : Object.class;
        if (type instanceof GenericArrayType generic) {
            List<?> values = (List<?>) value;
            Class<?> inner = generic.getGenericComponentType() instanceof ParameterizedType p ? (Class<?>) p.getRawType() : Object.class;
            Object array = Array.newInstance(inner, values.size());
            for (int i = 0; i < values.size(); i++) Array.set(array, i, decode(values.get(i), generic.getGenericComponentType()));
            return array;
        }
        Type[] inner = type instanceof ParameterizedType p ? p.getActualTypeArguments() : new Type[] { Object.class, Object.class };
        if (raw == Optional.class) return value == null ? Optional.empty() : Optional.of(decode(value, inner[0]));
        if (raw == ListNode.class || raw == TreeNode.class || raw == GraphNode.class) return decodeNodes((List<?>) value, raw);
        if (value == null) { if (raw.isPrimitive()) throw misfit(value, type); return null; }
        if (value instanceof Num num) return number(num.text(), raw, type);
        if (value instanceof Boolean) { if (raw != boolean.class && !raw.isAssignableFrom(Boolean.class)) throw misfit(value, type); return value; }
        if (value instanceof String text) {
            if (raw == char.class || raw == Character.class) return text.isEmpty() ? '\0' : text.charAt(0);
            if (raw == char[].class) return text.toCharArray();
            if (!raw.isAssignableFrom(String.class)) throw misfit(value, type);
            return text;
        }
        if (value instanceof List<?> values) {
            if (raw.isArray()) {
                Object array = Array.newInstance(raw.getComponentType(), values.size());
                for (int i = 0; i < values.size(); i++) Array.set(array, i, decode(values.get(i), raw.getComponentType()));
                return array;
            }
            Collection<Object> made;
            if (raw.isAssignableFrom(ArrayList.class)) made = new ArrayList<>();
            else if (raw.isAssignableFrom(LinkedHashSet.class)) made = new LinkedHashSet<>();
            else if (raw.isAssignableFrom(ArrayDeque.class)) made = new ArrayDeque<>();
            else if (raw.isAssignableFrom(LinkedList.class)) made = new LinkedList<>();
            else throw misfit(value, type);
            for (Object member : values) made.add(decode(member, inner[0]));
            return made;
        }
        if (value instanceof Map<?, ?> entries) {
            Map<Object, Object> made = raw.isAssignableFrom(HashMap.class) || raw.isAssignableFrom(LinkedHashMap.class) ? new LinkedHashMap<>() : null;
            if (raw.isAssignableFrom(TreeMap.class) && made == null) made = new TreeMap<>();
            if (made == null) throw misfit(value, type);
            for (Map.Entry<?, ?> entry : entries.entrySet()) {
                String key = (String) entry.getKey();
                Object decoded = inner[0] == String.class || inner[0] == Object.class ? key : inner[0] == Boolean.class ? Boolean.valueOf(key) : decode(new Num(key), inner[0]);
                made.put(decoded, decode(entry.getValue(), inner[1]));
            }
            return made;
        }
        throw misfit(value, type);
    }

    static Object number(String text, Class<?> raw, Type type) {
        if (raw == int.class || raw == Integer.class) return Integer.parseInt(text);
        if (raw == long.class || raw == Long.class) return Long.parseLong(text);
        if (raw == double.class || raw == Double.class) return Double.parseDouble(text);
        if (raw == float.class || raw == Float.class) return Float.parseFloat(text);
        if (raw == short.class || raw == Short.class) return Short.parseShort(text);
        if (raw == byte.class || raw == Byte.class) return Byte.parseByte(text);
        if (raw == java.math.BigInteger.class) return new java.math.BigInteger(text);
        if (!raw.isAssignableFrom(Integer.class)) throw misfit(text, type);
        try { return Integer.valueOf(text); } catch (NumberFormatException e) { return text.matches("-?\\d+") ? (Object) Long.valueOf(text) : (Object) Double.valueOf(text); }
    }

    static int number(Object value) { return Integer.parseInt(((Num) value).text()); }

    static long whole(Object value) { return Long.parseLong(((Num) value).text()); }

    static Object decodeNodes(List<?> values, Class<?> kind) {
        if (values == null || values.isEmpty()) return null;
        if (kind == ListNode.class) {
            ListNode head = null;
            for (int i = values.size() - 1; i >= 0; i--) head = new ListNode(whole(values.get(i)), head);
            return head;
        }
        if (kind == TreeNode.class) {
            TreeNode root = new TreeNode(whole(values.get(0)));
            ArrayDeque<TreeNode> level = new ArrayDeque<>(List.of(root));
            for (int at = 1; at < values.size() && !level.isEmpty();) {
                TreeNode node = level.poll();
                if (values.get(at) != null) level.add(node.left = new TreeNode(whole(values.get(at))));
                at++;
                if (at < values.size() && values.get(at) != null) level.add(node.right = new TreeNode(whole(values.get(at))));
                at++;
            }
            return root;
        }
        List<GraphNode> nodes = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) nodes.add(new GraphNode(i));
        for (int i = 0; i < values.size(); i++) for (Object other : (List<?>) values.get(i)) nodes.get(i).neighbors.add(nodes.get(number(other)));
        return nodes.get(0);
    }

    static void encode(StringBuilder made, Object value, Class<?> declared) {
        if (declared == ListNode.class) {
            List<Long> values = new ArrayList<>();
            Set<ListNode> seen = Collections.newSetFromMap(new IdentityHashMap<>());
            for (ListNode node = (ListNode) value; node != null; node = node.next) {
                if (!seen.add(node)) throw new IllegalStateException("the linked list that was returned has a cycle");
                values.add(node.val);
            }
            encode(made, values, Object.class);
        } else if (declared == TreeNode.class) {
            List<Object> values = new ArrayList<>();
            LinkedList<TreeNode> level = new LinkedList<>();
            level.add((TreeNode) value);
            while (!level.isEmpty()) {
                TreeNode node = level.poll();
                if (values.size() > 1_000_000) throw new IllegalStateException("the tree that was returned has a cycle");
                values.add(node == null ? null : (Object) node.val);
                if (node != null) { level.add(node.left); level.add(node.right); }
            }
            while (!values.isEmpty() && values.get(values.size() - 1) == null) values.remove(values.size() - 1);
            encode(made, values, Object.class);
        } else if (declared == GraphNode.class) {
            TreeMap<Integer, GraphNode> seen = new TreeMap<>();
            ArrayDeque<GraphNode> open = new ArrayDeque<>();
            if (value != null) open.add((GraphNode) value);
            while (!open.isEmpty()) { GraphNode node = open.poll(); if (seen.putIfAbsent(node.val, node) == null) open.addAll(node.neighbors); }
            List<List<Integer>> edges = new ArrayList<>();
            for (int i = 0; !seen.isEmpty() && i <= seen.lastKey(); i++) {
                List<Integer> next = new ArrayList<>();
                if (seen.containsKey(i)) for (GraphNode other : seen.get(i).neighbors) next.add(other.val);
                edges.add(next);
            }
            encode(made, edges, Object.class);
        } else if (value == null) made.append("null");
        else if (value instanceof Double || value instanceof Float) {
            double number = ((Number) value).doubleValue();
            made.append(Double.isFinite(number) ? value.toString() : "\"" + number + "\"");
        } else if (value instanceof Number || value instanceof Boolean) made.append(value);
        else if (value instanceof CharSequence || value instanceof Character) string(made, value.toString());
        else if (value instanceof char[] letters) encode(made, new String(letters).chars().mapToObj(c -> String.valueOf((char) c)).toList(), Object.class);
        else if (value.getClass().isArray()) {
            made.append('[');
            for (int i = 0; i < Array.getLength(value); i++) { if (i > 0) made.append(','); encode(made, Array.get(value, i), Object.class); }
            made.append(']');
        } else if (value instanceof Optional<?> optional) encode(made, optional.orElse(null), Object.class);
        else if (value instanceof Iterable<?> values) {
            made.append('[');
            boolean first = true;
            for (Object member : values) { if (!first) made.append(','); first = false; encode(made, member, Object.class); }
            made.append(']');
        } else if (value instanceof Map<?, ?> entries) {
            made.append('{');
            boolean first = true;
            for (Map.Entry<?, ?> entry : entries.entrySet()) {
                if (!first) made.append(',');
                first = false;
                string(made, String.valueOf(entry.getKey()));
                made.append(':');
                encode(made, entry.getValue(), Object.class);
            }
            made.append('}');
        } else if (value instanceof ListNode || value instanceof TreeNode || value instanceof GraphNode) encode(made, value, value.getClass());
        else throw new IllegalArgumentException("a result of type " + value.getClass().getName() + " cannot be compared");
    }

    static void string(StringBuilder made, String text) {
        made.append('"');
        for (char letter : text.toCharArray()) {
            if (letter == '"' || letter == '\\') made.append('\\').append(letter);
            else if (letter >= 0x20 && letter < 0x7f) made.append(letter);
            else made.append(String.format("\\u%04x", (int) letter));
        }
        made.append('"');
    }

    static Method method(Class<?> where, String[] names, int count) throws Exception {
        for (String name : names)
            for (Method method : where.getDeclaredMethods())
                if (method.getName().equals(name) && method.getParameterCount() == count) { method.setAccessible(true); return method; }
        throw new NoSuchMethodException("there is no method " + names[0] + " with " + count + " parameters in " + where.getName());
    }

    static Object[] arguments(Executable of, List<?> values) {
        Type[] types = of.getGenericParameterTypes();
        Object[] made = new Object[values.size()];
        for (int i = 0; i < made.length; i++) made[i] = decode(values.get(i), types[i]);
        return made;
    }

    static Object make(Class<?> of, List<?> values) throws Exception {
        for (Constructor<?> constructor : of.getDeclaredConstructors())
            if (constructor.getParameterCount() == values.size()) { constructor.setAccessible(true); return constructor.newInstance(arguments(constructor, values)); }
        throw new NoSuchMethodException("there is no constructor of " + of.getName() + " with " + values.size() + " parameters");
    }

    static String run(Class<?> loaded, List<?> input) throws Exception {
        StringBuilder made = new StringBuilder();
        if (!CALLS) {
            Method method = method(loaded, NAMES, input.size());
            Object on = Modifier.isStatic(method.getModifiers()) ? null : make(loaded, List.of());
            encode(made, method.invoke(on, arguments(method, input)), method.getReturnType());
            return made.toString();
        }
        Object on = null;
        for (Object each : input) {
            List<?> call = (List<?>) each, values = call.subList(1, call.size());
            String name = (String) call.get(0);
            made.append(made.length() == 0 ? '[' : ',');
            if (name.equals("new")) { on = make(loaded, values); made.append("null"); continue; }
            Method method = method(loaded, new String[] { camel(name), name }, values.size());
            encode(made, method.invoke(on, arguments(method, values)), method.getReturnType());
        }
        return made.append(']').toString();
    }

    static String camel(String name) {
        StringBuilder made = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) == '_' && i + 1 < name.length() && i > 0) made.append(Character.toUpperCase(name.charAt(++i)));
            else made.append(name.charAt(i));
        }
        return made.toString();
    }

    static String error(Throwable error) {
        while (error instanceof InvocationTargetException || error instanceof ExceptionInInitializerError) { if (error.getCause() == null) break; error = error.getCause(); }
        String line = "null";
        for (StackTraceElement element : error.getStackTrace()) if (@FILE@.equals(element.getFileName())) { line = String.valueOf(element.getLineNumber()); break; }
        StringBuilder made = new StringBuilder("{\"kind\":");
        string(made, error.getClass().getName());
        made.append(",\"message\":");
        String message = String.valueOf(error.getMessage());
        string(made, error.getMessage() == null ? "" : message.substring(0, Math.min(2000, message.length())));
        return made + ",\"line\":" + line + ",\"syntax\":false}";
    }

    static void answer(String text) throws IOException {
        System.out.flush();
        System.err.flush();
        out.write(((OUT == 1 ? "\n" : "") + nonce + text + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    static FileDescriptor descriptor(int number) throws Exception {
        Constructor<FileDescriptor> made = FileDescriptor.class.getDeclaredConstructor(int.class);
        made.setAccessible(true);
        return made.newInstance(number);
    }

    static void serve() throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(new FileInputStream(descriptor(IN)), StandardCharsets.UTF_8), 1 << 16);
        out = new FileOutputStream(descriptor(OUT));
        nonce = in.readLine();
        Class<?> loaded;
        try {
            loaded = Class.forName(CALLS ? NAMES[0] : "Solution");
        } catch (Throwable error) {
            answer("- error " + error(error));
            return;
        }
        answer("- value null");
        for (String line; (line = in.readLine()) != null;) {
            int space = line.indexOf(' ');
            String name = line.substring(0, space), said;
            try {
                said = " value " + run(loaded, (List<?>) new Json(line.substring(space + 1)).value());
            } catch (Throwable error) {
                said = " error " + error(error);
            }
            answer(name + said);
        }
    }

    public static void main(String[] arguments) throws Exception {
        // A stack of its own size: deep recursion is what candidates write.
        Thread thread = new Thread(null, () -> { try { serve(); } catch (Throwable error) { error.printStackTrace(); } }, "tests", 64L << 20);
        thread.start();
        thread.join();
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }
}
