//! Reads the tensors of numbers out of an ONNX file: just so much of its protobuf as that takes.
//!
//! Used fields: `ModelProto.graph = 7`, `GraphProto.initializer = 5`, and of `TensorProto` `dims = 1`, `data_type = 2`,
//! `float_data = 4`, `name = 8`, `raw_data = 9`. Everything else is stepped over.

use std::collections::BTreeMap;

/// `TensorProto.DataType.FLOAT`.
const FLOAT: u64 = 1;

/// A named block of numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Tensor {
    /// Its shape, outermost first.
    pub(super) dims: Vec<usize>,
    /// Its numbers, the last dimension running fastest.
    pub(super) values: Vec<f32>,
}

/// All tensors of 32-bit floats that the model in `bytes` is initialised with, by name. The error says what is wrong.
pub(super) fn tensors(bytes: &[u8]) -> Result<BTreeMap<String, Tensor>, String> {
    let mut tensors = BTreeMap::new();
    for graph in Fields(bytes) {
        let (7, Value::Bytes(graph)) = graph? else { continue };
        for initializer in Fields(graph) {
            let (5, Value::Bytes(initializer)) = initializer? else { continue };
            if let Some((name, tensor)) = tensor(initializer)? {
                tensors.insert(name, tensor);
            }
        }
    }
    if tensors.is_empty() { Err("it is no onnx file, or one without weights".to_owned()) } else { Ok(tensors) }
}

/// One tensor and its name; `None` for numbers that are no 32-bit floats.
fn tensor(bytes: &[u8]) -> Result<Option<(String, Tensor)>, String> {
    let (mut name, mut tensor, mut is_float) = (String::new(), Tensor::default(), false);
    for field in Fields(bytes) {
        match field? {
            (1, Value::Number(dim)) => tensor.dims.push(dim as usize),
            (1, Value::Bytes(packed)) => {
                let mut rest = packed;
                while !rest.is_empty() {
                    tensor.dims.push(varint(&mut rest)? as usize);
                }
            }
            (2, Value::Number(kind)) => is_float = kind == FLOAT,
            (8, Value::Bytes(text)) => name = String::from_utf8_lossy(text).into_owned(),
            (4 | 9, Value::Bytes(raw)) => {
                let floats = raw.as_chunks::<4>().0.iter();
                tensor.values.extend(floats.map(|&bytes| f32::from_le_bytes(bytes)));
            }
            _ => {}
        }
    }
    if !is_float {
        return Ok(None);
    }
    let count = tensor.dims.iter().try_fold(1usize, |product, &dim| product.checked_mul(dim));
    if count != Some(tensor.values.len()) {
        return Err(format!("tensor {name} holds {} numbers for shape {:?}", tensor.values.len(), tensor.dims));
    }
    Ok(Some((name, tensor)))
}

/// The fields of a protobuf message in their order.
struct Fields<'a>(&'a [u8]);

/// A field's content.
enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
    /// Four or eight bytes; nothing we read is stored so.
    Fixed,
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<(u64, Value<'a>), String>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_err() {
            self.0 = &[];
        }
        Some(field)
    }
}

impl<'a> Fields<'a> {
    fn field(&mut self) -> Result<(u64, Value<'a>), String> {
        let tag = varint(&mut self.0)?;
        let value = match tag & 7 {
            0 => Value::Number(varint(&mut self.0)?),
            1 => self.take(8).map(|_| Value::Fixed)?,
            2 => {
                let length = varint(&mut self.0)?;
                Value::Bytes(self.take(length)?)
            }
            5 => self.take(4).map(|_| Value::Fixed)?,
            other => return Err(format!("it is no onnx file (wire type {other})")),
        };
        Ok((tag >> 3, value))
    }

    fn take(&mut self, length: u64) -> Result<&'a [u8], String> {
        let parts = usize::try_from(length).ok().and_then(|length| self.0.split_at_checked(length));
        let (taken, rest) = parts.ok_or("it is no onnx file, or cut off")?;
        self.0 = rest;
        Ok(taken)
    }
}

/// Takes a number of up to ten bytes, seven bits each, the lowest first.
fn varint(bytes: &mut &[u8]) -> Result<u64, String> {
    let mut number = 0u64;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first().ok_or("it is no onnx file, or cut off")?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(number);
        }
    }
    Err("it is no onnx file (a number without end)".to_owned())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    fn bytes_field(number: u8, content: &[u8], out: &mut Vec<u8>) {
        out.push(number << 3 | 2);
        let mut length = content.len();
        while length >= 0x80 {
            out.push(length as u8 | 0x80);
            length >>= 7;
        }
        out.push(length as u8);
        out.extend_from_slice(content);
    }

    /// A model file that holds nothing but these tensors.
    pub(in crate::providers::vad) fn model(tensors: &BTreeMap<String, Tensor>) -> Vec<u8> {
        let mut graph = Vec::new();
        for (name, tensor) in tensors {
            let mut message = Vec::new();
            for &dim in &tensor.dims {
                message.push(1 << 3);
                // Dimensions up to 1024 take one or two bytes.
                if dim < 0x80 { message.push(dim as u8) } else { message.extend([dim as u8 | 0x80, (dim >> 7) as u8]) }
            }
            message.extend([2 << 3, FLOAT as u8]);
            bytes_field(8, name.as_bytes(), &mut message);
            let raw: Vec<u8> = tensor.values.iter().flat_map(|value| value.to_le_bytes()).collect();
            bytes_field(9, &raw, &mut message);
            bytes_field(5, &message, &mut graph);
        }
        let mut file = vec![1 << 3, 8];
        bytes_field(7, &graph, &mut file);
        file
    }

    fn two() -> BTreeMap<String, Tensor> {
        let a = Tensor { dims: vec![2, 3], values: vec![1.0, -2.0, 3.5, 0.0, 5.0, f32::MIN_POSITIVE] };
        let b = Tensor { dims: vec![200], values: vec![0.25; 200] };
        BTreeMap::from([("a".to_owned(), a), ("long name::b".to_owned(), b)])
    }

    #[test]
    fn tensors_come_back_as_written() {
        assert_eq!(tensors(&model(&two())).unwrap(), two());
    }

    #[test]
    fn a_file_cut_anywhere_is_an_error_and_never_a_panic() {
        let whole = model(&two());
        for length in 0..whole.len() {
            assert!(tensors(&whole[..length]).is_err(), "{length} bytes");
        }
    }

    #[test]
    fn any_bytes_are_survived() {
        let mut seed = 1u64;
        for _ in 0..2_000 {
            let bytes: Vec<u8> = (0..60)
                .map(|_| {
                    seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                    (seed >> 56) as u8
                })
                .collect();
            let _ = tensors(&bytes);
        }
    }

    #[test]
    fn a_shape_that_does_not_fit_its_numbers_is_refused() {
        let mut wrong = two();
        wrong.get_mut("a").unwrap().dims = vec![2, 4];
        assert!(tensors(&model(&wrong)).unwrap_err().contains("tensor a"));
    }
}
