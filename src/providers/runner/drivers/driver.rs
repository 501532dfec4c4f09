// Calls the candidate's Rust. Types are read off their own signature. Tests come in one a line, `id json`; each answer is a
// line of its own that begins with the nonce, which is read first.
#![allow(dead_code, unused_imports, unused_variables, unused_mut, non_snake_case, static_mut_refs, unused_assignments, unused_macros)]

#[derive(PartialEq, Eq, Clone, Debug)]
pub struct ListNode { pub val: i32, pub next: Option<Box<ListNode>> }
impl ListNode { pub fn new(val: i32) -> Self { ListNode { val, next: None } } }
#[derive(Debug, PartialEq, Eq)]
pub struct TreeNode { pub val: i32, pub left: Tree, pub right: Tree }
pub type Tree = Option<std::rc::Rc<std::cell::RefCell<TreeNode>>>;
impl TreeNode { pub fn new(val: i32) -> Self { TreeNode { val, left: None, right: None } } }
#[derive(Debug)]
pub struct GraphNode { pub val: i32, pub neighbors: Vec<Graph> }
pub type Graph = std::rc::Rc<std::cell::RefCell<GraphNode>>;

mod solution {
    use super::{Graph, GraphNode, ListNode, Tree, TreeNode};
    include!(@FILE@);
    pub(super) mod viva_calls {
        use super::*;
        use super::super::viva_driver::{In, Encode, Decode};
        pub fn run(viva_in: &mut In, viva_out: &mut String) {
@RUN@
        }
    }
}

mod viva_driver {
    use super::{Graph, GraphNode, ListNode, Tree, TreeNode};
    use std::cell::RefCell;
    use std::collections::*;
    use std::hash::Hash;
    use std::rc::Rc;

    pub struct In<'a> { pub text: &'a [u8], pub at: usize }
    impl In<'_> {
        fn peek(&mut self) -> u8 {
            while self.text.get(self.at) == Some(&b' ') { self.at += 1; }
            self.text.get(self.at).copied().unwrap_or(0)
        }
        pub fn next(&mut self, letter: u8) -> bool { let is = self.peek() == letter; if is { self.at += 1; } is }
        pub fn need(&mut self, letter: u8) {
            if !self.next(letter) { panic!("the signature does not fit the question's types near byte {}", self.at); }
        }
        pub fn word(&mut self, word: &str) -> bool {
            self.peek();
            let is = self.text[self.at..].starts_with(word.as_bytes());
            if is { self.at += word.len(); }
            is
        }
        fn token(&mut self) -> &str {
            self.peek();
            let from = self.at;
            while self.text.get(self.at).is_some_and(|byte| !b",]}: ".contains(byte)) { self.at += 1; }
            std::str::from_utf8(&self.text[from..self.at]).expect("JSON")
        }
        pub fn take<T: Decode>(&mut self) -> T { T::decode(self) }
        fn hex(&mut self) -> u32 {
            let code = std::str::from_utf8(&self.text[self.at..self.at + 4]).ok().and_then(|hex| u32::from_str_radix(hex, 16).ok());
            self.at += 4;
            code.expect("JSON")
        }
    }

    pub trait Decode { fn decode(from: &mut In) -> Self; }
    pub trait Encode { fn encode(&self, to: &mut String); }

    macro_rules! numbers { ($($kind:ty),*) => { $(
        impl Decode for $kind { fn decode(from: &mut In) -> Self { from.token().parse().expect("a number that fits the parameter's type") } }
        impl Encode for $kind { fn encode(&self, to: &mut String) { to.push_str(&self.to_string()) } }
    )* } }
    numbers!(i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize, bool);
    macro_rules! floats { ($($kind:ty),*) => { $(
        impl Decode for $kind { fn decode(from: &mut In) -> Self { from.token().parse().expect("a number") } }
        impl Encode for $kind { fn encode(&self, to: &mut String) {
            if self.is_nan() { to.push_str("\"NaN\"") } else if self.is_infinite() { to.push_str(if *self > 0.0 { "\"Infinity\"" } else { "\"-Infinity\"" }) }
            else { to.push_str(&format!("{:?}", self)) }
        } }
    )* } }
    floats!(f32, f64);
    impl Decode for String {
        fn decode(from: &mut In) -> Self {
            from.need(b'"');
            let mut made = Vec::new();
            loop {
                let byte = from.text[from.at];
                from.at += 1;
                match byte {
                    b'"' => return String::from_utf8_lossy(&made).into_owned(),
                    b'\\' => {
                        let letter = from.text[from.at];
                        from.at += 1;
                        match letter {
                            b'n' => made.push(b'\n'), b't' => made.push(b'\t'), b'r' => made.push(b'\r'),
                            b'b' => made.push(8), b'f' => made.push(12),
                            b'u' => {
                                let mut code = from.hex();
                                if (0xd800..0xdc00).contains(&code) && from.text[from.at..].starts_with(b"\\u") {
                                    from.at += 2;
                                    code = 0x10000 + ((code - 0xd800) << 10) + (from.hex() & 0x3ff);
                                }
                                let mut bytes = [0; 4];
                                made.extend(char::from_u32(code).unwrap_or('\u{fffd}').encode_utf8(&mut bytes).bytes());
                            }
                            other => made.push(other),
                        }
                    }
                    other => made.push(other),
                }
            }
        }
    }
    impl Encode for str {
        fn encode(&self, to: &mut String) {
            to.push('"');
            for letter in self.chars() {
                match letter {
                    '"' | '\\' => { to.push('\\'); to.push(letter); }
                    ' '..='~' => to.push(letter),
                    _ => for unit in letter.encode_utf16(&mut [0; 2]) { to.push_str(&format!("\\u{unit:04x}")); },
                }
            }
            to.push('"');
        }
    }
    impl Encode for String { fn encode(&self, to: &mut String) { self.as_str().encode(to) } }
    impl Encode for char { fn encode(&self, to: &mut String) { self.to_string().encode(to) } }
    impl Decode for char { fn decode(from: &mut In) -> Self { String::decode(from).chars().next().unwrap_or('\0') } }
    impl Encode for () { fn encode(&self, to: &mut String) { to.push_str("null") } }
    impl<T: Encode + ?Sized> Encode for &T { fn encode(&self, to: &mut String) { (**self).encode(to) } }
    impl<T: Encode> Encode for Box<T> { fn encode(&self, to: &mut String) { (**self).encode(to) } }
    pub trait Plain {}
    macro_rules! plain { ($($kind:ty),*) => { $(impl Plain for $kind {})* } }
    plain!(i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize, bool, f32, f64, String, char);
    impl<T> Plain for Vec<T> {}
    impl<T: Decode + Plain> Decode for Option<T> { fn decode(from: &mut In) -> Self { if from.word("null") { None } else { Some(T::decode(from)) } } }
    impl<T: Encode + Plain> Encode for Option<T> { fn encode(&self, to: &mut String) { match self { Some(value) => value.encode(to), None => to.push_str("null") } } }
    fn list<T: Decode>(from: &mut In, mut each: impl FnMut(T)) {
        from.need(b'[');
        if from.next(b']') { return; }
        loop { each(T::decode(from)); if !from.next(b',') { break; } }
        from.need(b']');
    }
    fn write_list<'a, T: Encode + 'a>(to: &mut String, values: impl Iterator<Item = &'a T>) {
        to.push('[');
        for (at, value) in values.enumerate() { if at > 0 { to.push(','); } value.encode(to); }
        to.push(']');
    }
    impl<T: Decode> Decode for Vec<T> { fn decode(from: &mut In) -> Self { let mut made = Vec::new(); list(from, |value| made.push(value)); made } }
    impl<T: Encode> Encode for Vec<T> { fn encode(&self, to: &mut String) { write_list(to, self.iter()) } }
    impl<T: Encode> Encode for [T] { fn encode(&self, to: &mut String) { write_list(to, self.iter()) } }
    impl<T: Encode, const N: usize> Encode for [T; N] { fn encode(&self, to: &mut String) { write_list(to, self.iter()) } }
    impl<T: Decode> Decode for VecDeque<T> { fn decode(from: &mut In) -> Self { Vec::decode(from).into() } }
    impl<T: Encode> Encode for VecDeque<T> { fn encode(&self, to: &mut String) { write_list(to, self.iter()) } }
    impl<T: Decode + Hash + Eq> Decode for HashSet<T> { fn decode(from: &mut In) -> Self { Vec::decode(from).into_iter().collect() } }
    impl<T: Encode> Encode for HashSet<T> { fn encode(&self, to: &mut String) { write_list(to, self.iter()) } }
    impl<T: Decode + Ord> Decode for BTreeSet<T> { fn decode(from: &mut In) -> Self { Vec::decode(from).into_iter().collect() } }
    impl<T: Encode> Encode for BTreeSet<T> { fn encode(&self, to: &mut String) { write_list(to, self.iter()) } }
    pub trait Key: Sized { fn of(name: String) -> Self; fn name(&self) -> String; }
    impl Key for String { fn of(name: String) -> Self { name } fn name(&self) -> String { self.clone() } }
    macro_rules! keys { ($($kind:ty),*) => { $(impl Key for $kind { fn of(name: String) -> Self { name.parse().expect("a key that fits its type") } fn name(&self) -> String { self.to_string() } })* } }
    keys!(i32, i64, u32, u64, usize, bool, char);
    fn map<K: Key, V: Decode>(from: &mut In, mut each: impl FnMut(K, V)) {
        from.need(b'{');
        if from.next(b'}') { return; }
        loop { let key = K::of(String::decode(from)); from.need(b':'); each(key, V::decode(from)); if !from.next(b',') { break; } }
        from.need(b'}');
    }
    fn write_map<'a, K: Key + 'a, V: Encode + 'a>(to: &mut String, entries: impl Iterator<Item = (&'a K, &'a V)>) {
        to.push('{');
        for (at, (key, value)) in entries.enumerate() { if at > 0 { to.push(','); } key.name().encode(to); to.push(':'); value.encode(to); }
        to.push('}');
    }
    impl<K: Key + Hash + Eq, V: Decode> Decode for HashMap<K, V> { fn decode(from: &mut In) -> Self { let mut made = HashMap::new(); map(from, |key, value| { made.insert(key, value); }); made } }
    impl<K: Key, V: Encode> Encode for HashMap<K, V> { fn encode(&self, to: &mut String) { write_map(to, self.iter()) } }
    impl<K: Key + Ord, V: Decode> Decode for BTreeMap<K, V> { fn decode(from: &mut In) -> Self { let mut made = BTreeMap::new(); map(from, |key, value| { made.insert(key, value); }); made } }
    impl<K: Key, V: Encode> Encode for BTreeMap<K, V> { fn encode(&self, to: &mut String) { write_map(to, self.iter()) } }
    macro_rules! tuples { ($(($($name:ident $at:tt),+))*) => { $(
        impl<$($name: Decode),+> Decode for ($($name,)+) { fn decode(from: &mut In) -> Self {
            from.need(b'[');
            let made = ($({ if $at > 0 { from.need(b','); } $name::decode(from) },)+);
            from.need(b']');
            made
        } }
        impl<$($name: Encode),+> Encode for ($($name,)+) { fn encode(&self, to: &mut String) { to.push('['); $( if $at > 0 { to.push(','); } self.$at.encode(to); )+ to.push(']'); } }
        impl<$($name),+> Plain for ($($name,)+) {}
    )* } }
    tuples!((A 0) (A 0, B 1) (A 0, B 1, C 2) (A 0, B 1, C 2, D 3) (A 0, B 1, C 2, D 3, E 4));
    impl Decode for Option<Box<ListNode>> { fn decode(from: &mut In) -> Self {
        let mut head = None;
        for val in Vec::<i32>::decode(from).into_iter().rev() { head = Some(Box::new(ListNode { val, next: head })); }
        head
    } }
    impl Encode for Option<Box<ListNode>> { fn encode(&self, to: &mut String) {
        let (mut values, mut at) = (Vec::new(), self);
        while let Some(node) = at { values.push(node.val); at = &node.next; }
        values.encode(to);
    } }
    impl Decode for Tree { fn decode(from: &mut In) -> Self {
        let mut values = Vec::<Option<i32>>::decode(from).into_iter();
        let root = Rc::new(RefCell::new(TreeNode::new(values.next()??)));
        let mut level = VecDeque::from([root.clone()]);
        while let Some(node) = level.pop_front() {
            for left in [true, false] {
                let Some(value) = values.next() else { return Some(root) };
                if let Some(val) = value {
                    let child = Rc::new(RefCell::new(TreeNode::new(val)));
                    level.push_back(child.clone());
                    if left { node.borrow_mut().left = Some(child) } else { node.borrow_mut().right = Some(child) }
                }
            }
        }
        Some(root)
    } }
    impl Encode for Tree { fn encode(&self, to: &mut String) {
        let (mut values, mut level) = (Vec::new(), VecDeque::from([self.clone()]));
        while let Some(node) = level.pop_front() {
            assert!(values.len() < 1_000_000, "the tree that was returned has a cycle");
            values.push(node.as_ref().map(|node| node.borrow().val));
            if let Some(node) = node { level.push_back(node.borrow().left.clone()); level.push_back(node.borrow().right.clone()); }
        }
        while values.last() == Some(&None) { values.pop(); }
        values.encode(to);
    } }
    impl Decode for Option<Graph> { fn decode(from: &mut In) -> Self {
        let edges = Vec::<Vec<usize>>::decode(from);
        let nodes: Vec<Graph> = (0..edges.len()).map(|at| Rc::new(RefCell::new(GraphNode { val: at as i32, neighbors: Vec::new() }))).collect();
        for (node, next) in nodes.iter().zip(edges) { node.borrow_mut().neighbors = next.into_iter().map(|at| nodes[at].clone()).collect(); }
        nodes.into_iter().next()
    } }
    impl Encode for Option<Graph> { fn encode(&self, to: &mut String) {
        let (mut seen, mut open) = (BTreeMap::new(), Vec::from_iter(self.clone()));
        while let Some(node) = open.pop() {
            let val = node.borrow().val;
            if !seen.contains_key(&val) {
                let next: Vec<i32> = node.borrow().neighbors.iter().map(|other| other.borrow().val).collect();
                open.extend(node.borrow().neighbors.iter().cloned());
                seen.insert(val, next);
            }
        }
        let last = seen.keys().last().map_or(0, |last| last + 1);
        (0..last).map(|at| seen.remove(&at).unwrap_or_default()).collect::<Vec<_>>().encode(to);
    } }
}

fn main() {
    use std::io::{BufRead, Write};
    use std::os::fd::FromRawFd;
    use viva_driver::Encode;
    let work = || {
        // Descriptors of the box, opened for us.
        let mut lines = std::io::BufReader::with_capacity(1 << 16, unsafe { std::fs::File::from_raw_fd(@IN@) }).lines().map_while(Result::ok);
        let mut out = unsafe { std::fs::File::from_raw_fd(@OUT@) };
        let Some(nonce) = lines.next() else { return };
        let mut answer = |text: String| {
            let _ = std::io::stdout().flush();
            let _ = out.write_all(format!("{}{nonce}{text}\n", if @OUT@ == 1 { "\n" } else { "" }).as_bytes());
        };
        answer("- value null".to_owned());
        let place = std::sync::Arc::new(std::sync::Mutex::new(None));
        let seen = place.clone();
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if let Some(at) = info.location().filter(|at| at.file().ends_with(@FILE@)) { *seen.lock().unwrap() = Some(at.line()); }
            usual(info)
        }));
        for line in lines {
            let (name, json) = line.split_once(' ').unwrap_or((&line, ""));
            let result = std::panic::catch_unwind(|| {
                let mut made = String::new();
                solution::viva_calls::run(&mut viva_driver::In { text: json.as_bytes(), at: 0 }, &mut made);
                made
            });
            match result {
                Ok(made) => answer(format!("{name} value {made}")),
                Err(error) => {
                    let text = error.downcast_ref::<String>().cloned().or(error.downcast_ref::<&str>().map(|text| text.to_string()));
                    let mut message = String::new();
                    text.unwrap_or_default().chars().take(2000).collect::<String>().encode(&mut message);
                    let line = place.lock().unwrap().take().map_or("null".to_owned(), |line: u32| line.to_string());
                    answer(format!("{name} error {{\"kind\":\"panic\",\"message\":{message},\"line\":{line},\"syntax\":false}}"));
                }
            }
        }
        let _ = std::io::stdout().flush();
    };
    // A stack of its own size: deep recursion is what candidates write.
    let _ = std::thread::Builder::new().stack_size(64 << 20).spawn(work).map(|thread| thread.join());
}
