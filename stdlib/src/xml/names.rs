//! Namespaces: what prefixes stand for, and names with them put in.

use super::token::{Code, Problem};

const XML: &str = "http://www.w3.org/XML/1998/namespace";
const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

pub(super) struct Names {
    /// What is put between a namespace and a name; none if namespaces are left alone.
    separator: Option<String>,
    /// Are prefixes told, too?
    pub(super) with_prefixes: bool,
    /// What prefixes stand for, the latest last; the default is the empty prefix.
    known: Vec<(String, String)>,
    /// How many of these each open element has declared.
    counts: Vec<usize>,
}

type Declarations = Vec<(Option<String>, Option<String>)>;

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

impl Names {
    pub(super) fn new(separator: Option<String>) -> Names {
        Names {
            separator,
            with_prefixes: false,
            known: vec![("xml".to_owned(), XML.to_owned())],
            counts: Vec::new(),
        }
    }

    /// An element begins: takes the declarations out of its attributes.
    pub(super) fn enter(
        &mut self,
        attributes: &mut Vec<(String, String)>,
        specified: &mut usize,
    ) -> Result<Declarations, Problem> {
        let mut declarations = Vec::new();
        if self.separator.is_none() {
            return Ok(declarations);
        }
        let mut kept = Vec::with_capacity(attributes.len());
        let written = *specified;
        for (at, (name, value)) in attributes.drain(..).enumerate() {
            let prefix = match name.strip_prefix("xmlns") {
                Some("") => "",
                Some(rest) if rest.starts_with(':') => &rest[1..],
                _ => {
                    kept.push((name, value));
                    continue;
                }
            };
            *specified -= usize::from(at < written);
            check(prefix, &value)?;
            declarations.push((some(prefix), some(&value)));
            self.known.push((prefix.to_owned(), value));
        }
        *attributes = kept;
        self.counts.push(declarations.len());
        Ok(declarations)
    }

    /// An element has ended: the prefixes that mean something else again.
    pub(super) fn leave(&mut self) -> Vec<Option<String>> {
        let count = self.counts.pop().unwrap_or(0);
        let gone = self.known.split_off(self.known.len() - count);
        let gone = gone.into_iter().rev();
        gone.map(|(prefix, _)| some(&prefix)).collect()
    }

    fn find(&self, prefix: &str) -> Option<&str> {
        let mut known = self.known.iter().rev();
        let found = known.find(|(other, _)| other == prefix);
        found
            .map(|(_, uri)| uri.as_str())
            .filter(|uri| !uri.is_empty())
    }

    fn full(&self, prefix: &str, local: &str, separator: &str) -> Result<String, Problem> {
        let Some(uri) = self.find(prefix) else {
            return Code::UnboundPrefix.at(0);
        };
        let name = format!("{uri}{separator}{local}");
        Ok(
            match self.with_prefixes && !prefix.is_empty() && !separator.is_empty() {
                true => format!("{name}{separator}{prefix}"),
                false => name,
            },
        )
    }

    pub(super) fn element(&self, name: &str) -> Result<String, Problem> {
        let Some(separator) = &self.separator else {
            return Ok(name.to_owned());
        };
        match name.split_once(':') {
            Some((prefix, local)) => self.full(prefix, local, separator),
            None if self.find("").is_some() => self.full("", name, separator),
            None => Ok(name.to_owned()),
        }
    }

    pub(super) fn attribute(&self, name: &str) -> Result<String, Problem> {
        match (&self.separator, name.split_once(':')) {
            (Some(separator), Some((prefix, local))) => self.full(prefix, local, separator),
            _ => Ok(name.to_owned()),
        }
    }

    /// What an external entity's parser has to know: the namespaces, and the entity.
    pub(super) fn context(&self, entity: &str) -> String {
        let mut parts: Vec<String> = Vec::new();
        if self.separator.is_some() {
            let mut seen: Vec<&str> = Vec::new();
            for (prefix, uri) in self.known.iter().rev() {
                if !seen.contains(&prefix.as_str()) {
                    seen.push(prefix);
                    parts.push(format!("{prefix}={uri}"));
                }
            }
        }
        parts.push(entity.to_owned());
        parts.join("\x0c")
    }
}

/// May a prefix stand for that?
fn check(prefix: &str, uri: &str) -> Result<(), Problem> {
    match (prefix, uri) {
        ("", "") => Ok(()),
        ("xmlns", _) => Code::ReservedPrefixXmlns.at(0),
        ("xml", XML) => Ok(()),
        ("xml", _) => Code::ReservedPrefixXml.at(0),
        (_, XML | XMLNS) => Code::ReservedNamespaceUri.at(0),
        (_, "") => Code::UndeclaringPrefix.at(0),
        _ => Ok(()),
    }
}
