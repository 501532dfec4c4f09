// Calls the candidate's Go by reflection: what a parameter is decides how its JSON is read. Tests come in one a line,
// `id json`; each answer is a line of its own that begins with the nonce, which is read first.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"reflect"
	"runtime"
	"sort"
	"strconv"
	"strings"
)

type ListNode struct {
	Val  int
	Next *ListNode
}
type TreeNode struct {
	Val         int
	Left, Right *TreeNode
}
type GraphNode struct {
	Val       int
	Neighbors []*GraphNode
}

func vivaDecode(raw json.RawMessage, kind reflect.Type) reflect.Value {
	made := reflect.New(kind)
	switch kind {
	case reflect.TypeOf((*ListNode)(nil)):
		var values []int
		vivaMust(json.Unmarshal(raw, &values))
		var head *ListNode
		for at := len(values) - 1; at >= 0; at-- {
			head = &ListNode{values[at], head}
		}
		return reflect.ValueOf(head)
	case reflect.TypeOf((*TreeNode)(nil)):
		var values []*int
		vivaMust(json.Unmarshal(raw, &values))
		if len(values) == 0 {
			return reflect.Zero(kind)
		}
		root := &TreeNode{Val: *values[0]}
		level, at := []*TreeNode{root}, 1
		for ; len(level) > 0; level = level[1:] {
			for _, side := range []**TreeNode{&level[0].Left, &level[0].Right} {
				if at < len(values) && values[at] != nil {
					*side = &TreeNode{Val: *values[at]}
					level = append(level, *side)
				}
				at++
			}
		}
		return reflect.ValueOf(root)
	case reflect.TypeOf((*GraphNode)(nil)):
		var edges [][]int
		vivaMust(json.Unmarshal(raw, &edges))
		nodes := make([]*GraphNode, len(edges))
		for at := range edges {
			nodes[at] = &GraphNode{Val: at}
		}
		for at, next := range edges {
			for _, other := range next {
				nodes[at].Neighbors = append(nodes[at].Neighbors, nodes[other])
			}
		}
		if len(nodes) == 0 {
			return reflect.Zero(kind)
		}
		return reflect.ValueOf(nodes[0])
	}
	switch kind.Kind() {
	case reflect.Struct: // a tuple: fields in order
		var members []json.RawMessage
		vivaMust(json.Unmarshal(raw, &members))
		for at := range members {
			made.Elem().Field(at).Set(vivaDecode(members[at], kind.Field(at).Type))
		}
	case reflect.Slice:
		if kind.Elem().Kind() == reflect.Uint8 && len(raw) > 0 && raw[0] == '"' {
			var text string
			vivaMust(json.Unmarshal(raw, &text))
			return reflect.ValueOf([]byte(text)).Convert(kind)
		}
		var members []json.RawMessage
		vivaMust(json.Unmarshal(raw, &members))
		list := reflect.MakeSlice(kind, len(members), len(members))
		for at := range members {
			list.Index(at).Set(vivaDecode(members[at], kind.Elem()))
		}
		return list
	case reflect.Uint8, reflect.Int32: // a letter
		if len(raw) > 0 && raw[0] == '"' {
			var text string
			vivaMust(json.Unmarshal(raw, &text))
			for _, letter := range text {
				return reflect.ValueOf(letter).Convert(kind)
			}
			return reflect.Zero(kind)
		}
		vivaMust(json.Unmarshal(raw, made.Interface()))
	default:
		vivaMust(json.Unmarshal(raw, made.Interface()))
	}
	return made.Elem()
}

func vivaMust(err error) {
	if err != nil {
		panic("the signature does not fit the question's types: " + err.Error())
	}
}

func vivaEncode(out *strings.Builder, value reflect.Value) {
	if !value.IsValid() {
		out.WriteString("null")
		return
	}
	switch node := value.Interface().(type) {
	case *ListNode:
		values := []int{}
		for seen := map[*ListNode]bool{}; node != nil; node = node.Next {
			if seen[node] {
				panic("the linked list that was returned has a cycle")
			}
			seen[node] = true
			values = append(values, node.Val)
		}
		vivaEncode(out, reflect.ValueOf(values))
		return
	case *TreeNode:
		values, level := []interface{}{}, []*TreeNode{node}
		for ; len(level) > 0; level = level[1:] {
			if len(values) > 1000000 {
				panic("the tree that was returned has a cycle")
			}
			if level[0] == nil {
				values = append(values, nil)
			} else {
				values = append(values, level[0].Val)
				level = append(level, level[0].Left, level[0].Right)
			}
		}
		for len(values) > 0 && values[len(values)-1] == nil {
			values = values[:len(values)-1]
		}
		vivaEncode(out, reflect.ValueOf(values))
		return
	case *GraphNode:
		seen, open, last := map[int][]int{}, []*GraphNode{}, -1
		if node != nil {
			open = append(open, node)
		}
		for ; len(open) > 0; open = open[1:] {
			at := open[0]
			if _, known := seen[at.Val]; known {
				continue
			}
			seen[at.Val] = []int{}
			if at.Val > last {
				last = at.Val
			}
			for _, other := range at.Neighbors {
				seen[at.Val] = append(seen[at.Val], other.Val)
				open = append(open, other)
			}
		}
		edges := make([][]int, last+1)
		for at := range edges {
			edges[at] = seen[at]
		}
		vivaEncode(out, reflect.ValueOf(edges))
		return
	}
	switch value.Kind() {
	case reflect.Ptr, reflect.Interface:
		vivaEncode(out, value.Elem())
	case reflect.Bool:
		out.WriteString(strconv.FormatBool(value.Bool()))
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		out.WriteString(strconv.FormatInt(value.Int(), 10))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		out.WriteString(strconv.FormatUint(value.Uint(), 10))
	case reflect.Float32, reflect.Float64:
		number := value.Float()
		if math.IsNaN(number) {
			out.WriteString("\"NaN\"")
		} else if math.IsInf(number, 0) {
			out.WriteString(map[bool]string{true: "\"Infinity\"", false: "\"-Infinity\""}[number > 0])
		} else {
			out.WriteString(strconv.FormatFloat(number, 'g', -1, 64))
		}
	case reflect.String:
		vivaString(out, value.String())
	case reflect.Slice, reflect.Array:
		out.WriteString("[")
		for at := 0; at < value.Len(); at++ {
			if at > 0 {
				out.WriteString(",")
			}
			vivaEncode(out, value.Index(at))
		}
		out.WriteString("]")
	case reflect.Struct:
		out.WriteString("[")
		for at := 0; at < value.NumField(); at++ {
			if at > 0 {
				out.WriteString(",")
			}
			vivaEncode(out, value.Field(at))
		}
		out.WriteString("]")
	case reflect.Map:
		keys := value.MapKeys()
		sort.Slice(keys, func(i, j int) bool { return fmt.Sprint(keys[i]) < fmt.Sprint(keys[j]) })
		out.WriteString("{")
		for at, key := range keys {
			if at > 0 {
				out.WriteString(",")
			}
			vivaString(out, fmt.Sprint(key))
			out.WriteString(":")
			vivaEncode(out, value.MapIndex(key))
		}
		out.WriteString("}")
	default:
		panic("a result of type " + value.Type().String() + " cannot be compared")
	}
}

func vivaString(out *strings.Builder, text string) {
	out.WriteString("\"")
	for _, letter := range text {
		switch {
		case letter == '"' || letter == '\\':
			out.WriteString("\\" + string(letter))
		case letter >= 0x20 && letter < 0x7f:
			out.WriteRune(letter)
		case letter >= 0x10000:
			fmt.Fprintf(out, "\\u%04x\\u%04x", 0xd800+(letter-0x10000)>>10, 0xdc00+(letter-0x10000)&0x3ff)
		default:
			fmt.Fprintf(out, "\\u%04x", letter)
		}
	}
	out.WriteString("\"")
}

func vivaCall(function reflect.Value, arguments []json.RawMessage) reflect.Value {
	kind := function.Type()
	if kind.NumIn() != len(arguments) {
		panic(fmt.Sprintf("%d parameters for %d arguments", kind.NumIn(), len(arguments)))
	}
	values := make([]reflect.Value, len(arguments))
	for at := range arguments {
		values[at] = vivaDecode(arguments[at], kind.In(at))
	}
	results := function.Call(values)
	if len(results) == 0 {
		return reflect.Value{}
	}
	return results[0]
}

func vivaRun(raw string, out *strings.Builder) {
	entry := reflect.ValueOf(@ENTRY@)
	var members []json.RawMessage
	vivaMust(json.Unmarshal([]byte(raw), &members))
	if !@CALLS@ {
		vivaEncode(out, vivaCall(entry, members))
		return
	}
	var made reflect.Value
	for at, member := range members {
		var call []json.RawMessage
		var name string
		vivaMust(json.Unmarshal(member, &call))
		vivaMust(json.Unmarshal(call[0], &name))
		out.WriteString(map[bool]string{true: "[", false: ","}[at == 0])
		if name == "new" {
			made = vivaCall(entry, call[1:])
			if made.Kind() == reflect.Struct {
				held := reflect.New(made.Type())
				held.Elem().Set(made)
				made = held
			}
			out.WriteString("null")
			continue
		}
		words := strings.Split(name, "_")
		for at, word := range words {
			if word != "" {
				words[at] = strings.ToUpper(word[:1]) + word[1:]
			}
		}
		method := made.MethodByName(strings.Join(words, ""))
		if !method.IsValid() {
			panic("there is no method named " + strings.Join(words, ""))
		}
		vivaEncode(out, vivaCall(method, call[1:]))
	}
	out.WriteString("]")
}

func vivaTry(name, raw string) (answer string) {
	defer func() {
		if problem := recover(); problem != nil {
			line := "null"
			for depth := 2; depth < 200; depth++ {
				if _, file, at, known := runtime.Caller(depth); known && strings.HasSuffix(file, @FILE@) {
					line = strconv.Itoa(at)
					break
				}
			}
			var out strings.Builder
			text := fmt.Sprint(problem)
			if len(text) > 2000 {
				text = text[:2000]
			}
			vivaString(&out, text)
			answer = name + " error {\"kind\":\"panic\",\"message\":" + out.String() + ",\"line\":" + line + ",\"syntax\":false}"
		}
	}()
	var out strings.Builder
	vivaRun(raw, &out)
	return name + " value " + out.String()
}

func main() {
	in := bufio.NewReaderSize(os.NewFile(@IN@, "in"), 1<<16)
	out := os.NewFile(@OUT@, "out")
	nonce, err := in.ReadString('\n')
	if err != nil {
		return
	}
	nonce = strings.TrimSuffix(nonce, "\n")
	if @OUT@ == 1 {
		nonce = "\n" + nonce
	}
	out.WriteString(nonce + "- value null\n")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			os.Exit(0)
		}
		name, raw, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		out.WriteString(nonce + vivaTry(name, raw) + "\n")
	}
}
