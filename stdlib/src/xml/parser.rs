//! The class of parsers: events as calls of the program's handlers.

use super::dtd::{Declaration, Model};
use super::errors;
use super::input::Input;
use super::machine::{Event, Item, Machine, Part, Place};
use super::names::Names;
use super::token::Code;
use crate::cell::Var;
use ashore_runtime::object::Slot;
use ashore_runtime::operators::{attribute, call, convert};
use ashore_runtime::sync::mutex::Mutex;
use ashore_runtime::types::bytes::{Buffer, Bytes};
use ashore_runtime::types::dict::{self, Dict};
use ashore_runtime::types::native::{self, Data, NativeClass, receiver};
use ashore_runtime::types::str::{self, Str};
use ashore_runtime::types::{int, list, tuple};
use ashore_runtime::{Owned, Raised, Result, Thread, Value, methods, raise};

pub(super) static PARSER: NativeClass =
    NativeClass::new("pyexpat.xmlparser", METHODS).doc("XML parser");

/// The handlers, by their place in [`Parser::handlers`].
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
enum Handler {
    StartElement,
    EndElement,
    Instruction,
    Text,
    Unparsed,
    Notation,
    StartNamespace,
    EndNamespace,
    Comment,
    StartCdata,
    EndCdata,
    Default,
    DefaultExpand,
    External,
    StartDoctype,
    EndDoctype,
    Entity,
    XmlDecl,
    Element,
    Attlist,
    Skipped,
}

/// The handler that is told of an event.
fn handler_of(event: &Event) -> Option<Handler> {
    Some(match event {
        Event::XmlDecl { .. } => Handler::XmlDecl,
        Event::StartDoctype { .. } => Handler::StartDoctype,
        Event::EndDoctype => Handler::EndDoctype,
        Event::Declaration(Declaration::Entity { .. }) => Handler::Entity,
        Event::Declaration(Declaration::Unparsed { .. }) => Handler::Unparsed,
        Event::Declaration(Declaration::Notation { .. }) => Handler::Notation,
        Event::Declaration(Declaration::Element(..)) => Handler::Element,
        Event::Declaration(Declaration::Attribute { .. }) => Handler::Attlist,
        Event::Start(..) => Handler::StartElement,
        Event::End(_) => Handler::EndElement,
        Event::StartCdata => Handler::StartCdata,
        Event::EndCdata => Handler::EndCdata,
        Event::Comment(_) => Handler::Comment,
        Event::Instruction(..) => Handler::Instruction,
        Event::StartNamespace(..) => Handler::StartNamespace,
        Event::EndNamespace(_) => Handler::EndNamespace,
        Event::External { .. } => Handler::External,
        Event::Skipped(..) => Handler::Skipped,
        Event::Text(_) | Event::Other | Event::Piece(_) => return None,
    })
}

/// The handler of the whole that a piece is of.
fn whole(part: Part) -> Handler {
    match part {
        Part::Doctype => Handler::StartDoctype,
        Part::Entity => Handler::Entity,
        Part::Notation => Handler::Notation,
        Part::Element => Handler::Element,
        Part::Attlist => Handler::Attlist,
    }
}

const HANDLERS: usize = Handler::Skipped as usize + 1;

/// What the program has set.
struct Options {
    buffers_text: bool,
    buffer_size: usize,
    ordered: bool,
    only_specified: bool,
    defers: bool,
    base: Option<String>,
}

struct State {
    input: Input,
    machine: Machine,
    options: Options,
    /// Text that has not been told yet.
    text: String,
    is_over: bool,
    failure: Option<Code>,
}

struct Parser {
    state: Mutex<State>,
    handlers: [Var; HANDLERS],
    intern: Slot,
}

impl Data for Parser {
    fn traverse(&self, visit: &mut dyn FnMut(Value)) {
        self.handlers
            .iter()
            .for_each(|handler| handler.visit(visit));
        visit(self.intern.peek());
    }
}

fn this(args: &[Value]) -> &Parser {
    receiver::<Parser>(args)
}

/// `ParserCreate(encoding, namespace_separator, intern)`
pub(super) fn create(thread: &Thread, args: &[Value]) -> Result {
    let text = |value: Value, name: &str| match value.get::<Str>() {
        Some(text) => Ok(Some(text.to_str_lossy().into_owned())),
        None if value.is_none() => Ok(None),
        None => {
            let got = convert::type_name(value);
            raise!(
                thread,
                TypeError,
                "ParserCreate() argument '{name}' must be str or None, not {got}"
            )
        }
    };
    let encoding = text(args[0], "encoding")?;
    let separator = text(args[1], "namespace_separator")?;
    if separator
        .as_ref()
        .is_some_and(|text| text.chars().count() > 1)
    {
        return raise!(
            thread,
            ValueError,
            "namespace_separator must be at most one character, omitted, or None"
        );
    }
    let intern = match args[2] {
        value if value.is_missing() => dict::new(thread),
        value if value.is::<Dict>() || value.is_none() => Owned::new(value),
        _ => return raise!(thread, TypeError, "intern must be a dictionary"),
    };
    let mut input = Input::new();
    if let Some(encoding) = encoding {
        input.set_encoding(thread, &encoding)?;
    }
    let parser = Parser {
        state: Mutex::new(State {
            input,
            machine: Machine::new(Names::new(separator)),
            options: Options {
                buffers_text: false,
                buffer_size: 8192,
                ordered: false,
                only_specified: false,
                defers: true,
                base: None,
            },
            text: String::new(),
            is_over: false,
            failure: None,
        }),
        handlers: std::array::from_fn(|_| Var::new(Owned::NONE)),
        intern: Slot::new(intern),
    };
    Ok(native::new(thread, PARSER.class(thread), parser))
}

impl Parser {
    fn handler(&self, handler: Handler) -> Option<Owned> {
        let handler = self.handlers[handler as usize].get();
        (!handler.value().is_none()).then_some(handler)
    }

    /// A name, the same object each time.
    fn name(&self, thread: &Thread, name: &str) -> Result {
        let name = str::new(thread, name);
        let table = self.intern.peek();
        let Some(table) = table.get::<Dict>() else {
            return Ok(name);
        };
        match table.get(thread, name.value())? {
            Some(known) => Ok(known),
            None => {
                table.set(thread, name.value(), name.value())?;
                Ok(name)
            }
        }
    }

    fn name_or_none(&self, thread: &Thread, name: Option<&str>) -> Result {
        name.map_or(Ok(Owned::NONE), |name| self.name(thread, name))
    }

    fn base(&self, thread: &Thread) -> Result {
        let base = self.state.lock().options.base.clone();
        self.name_or_none(thread, base.as_deref())
    }

    /// Tells text that has been kept back.
    fn flush(&self, thread: &Thread) -> Result<()> {
        let text = std::mem::take(&mut self.state.lock().text);
        match self.handler(Handler::Text) {
            Some(handler) if !text.is_empty() => {
                let text = str::new(thread, &text);
                call::call(thread, handler.value(), &[text.value()]).map(drop)
            }
            _ => Ok(()),
        }
    }

    fn tell(&self, thread: &Thread, item: Item) -> Result<()> {
        if let Event::Text(text) = &item.event
            && let Some(handler) = self.handler(Handler::Text)
        {
            return self.tell_text(thread, handler, text);
        }
        if let Event::Piece(part) = item.event {
            return match self.handler(whole(part)) {
                Some(_) => Ok(()),
                None => self.tell_rest(thread, &item.raw),
            };
        }
        let Some((kind, parts)) = self.arguments(thread, &item.event)? else {
            return self.tell_rest(thread, &item.raw);
        };
        let Some(handler) = self.handler(kind) else {
            return self.tell_rest(thread, &item.raw);
        };
        self.flush(thread)?;
        let args: Vec<Value> = parts.iter().map(Owned::value).collect();
        let result = call::call(thread, handler.value(), &args)?;
        if kind == Handler::External && !convert::truth(thread, result.value())? {
            return Err(self.failed(thread, Code::ExternalEntityHandling));
        }
        Ok(())
    }

    fn tell_text(&self, thread: &Thread, handler: Owned, text: &str) -> Result<()> {
        let mut state = self.state.lock();
        if state.options.buffers_text {
            let size = state.options.buffer_size;
            let is_full = state.text.len() + text.len() > size;
            if !is_full {
                state.text.push_str(text);
                return Ok(());
            }
            drop(state);
            self.flush(thread)?;
            state = self.state.lock();
            if text.len() <= size {
                state.text.push_str(text);
                return Ok(());
            }
        }
        drop(state);
        let text = str::new(thread, text);
        call::call(thread, handler.value(), &[text.value()]).map(drop)
    }

    /// Text that no other handler was told of.
    fn tell_rest(&self, thread: &Thread, raw: &str) -> Result<()> {
        let handler = self.handler(Handler::DefaultExpand);
        let Some(handler) = handler.or_else(|| self.handler(Handler::Default)) else {
            return Ok(());
        };
        if raw.is_empty() {
            return Ok(());
        }
        self.flush(thread)?;
        let raw = str::new(thread, raw);
        call::call(thread, handler.value(), &[raw.value()]).map(drop)
    }

    /// The handler of an event and what it is called with; none if there is no such handler, or nobody has set it.
    fn arguments(&self, thread: &Thread, event: &Event) -> Result<Option<(Handler, Vec<Owned>)>> {
        let Some(kind) = handler_of(event) else {
            return Ok(None);
        };
        if self.handler(kind).is_none() {
            return Ok(None);
        }
        let text = |text: &str| str::new(thread, text);
        let number = |number: i64| int::from_i64(thread, number);
        let name = |text: &str| self.name(thread, text);
        let optional = |text: &Option<String>| self.name_or_none(thread, text.as_deref());
        let parts = match event {
            Event::XmlDecl {
                version,
                encoding,
                standalone,
            } => vec![
                text(version),
                encoding.as_deref().map_or(Owned::NONE, text),
                number(*standalone),
            ],
            Event::StartDoctype {
                name: doctype,
                system,
                public,
                has_internal,
            } => vec![
                name(doctype)?,
                optional(system)?,
                optional(public)?,
                number((*has_internal).into()),
            ],
            Event::Declaration(declaration) => self.declared(thread, declaration)?,
            Event::Start(element, attributes, specified) => vec![
                name(element)?,
                self.attributes(thread, attributes, *specified)?,
            ],
            Event::End(element) => vec![name(element)?],
            Event::Comment(comment) => vec![text(comment)],
            Event::Instruction(target, data) => vec![name(target)?, text(data)],
            Event::StartNamespace(prefix, uri) => vec![optional(prefix)?, optional(uri)?],
            Event::EndNamespace(prefix) => vec![optional(prefix)?],
            Event::External {
                context,
                system,
                public,
            } => vec![
                text(context),
                self.base(thread)?,
                optional(system)?,
                optional(public)?,
            ],
            Event::Skipped(entity, is_parameter) => {
                vec![name(entity)?, number((*is_parameter).into())]
            }
            _ => Vec::new(),
        };
        Ok(Some((kind, parts)))
    }

    fn declared(&self, thread: &Thread, declaration: &Declaration) -> Result<Vec<Owned>> {
        let name = |text: &str| self.name(thread, text);
        let optional = |text: &Option<String>| self.name_or_none(thread, text.as_deref());
        let flag = |flag: bool| int::from_i64(thread, flag.into());
        Ok(match declaration {
            Declaration::Entity {
                name: entity,
                is_parameter,
                value,
                system,
                public,
            } => vec![
                name(entity)?,
                flag(*is_parameter),
                value
                    .as_deref()
                    .map_or(Owned::NONE, |value| str::new(thread, value)),
                self.base(thread)?,
                optional(system)?,
                optional(public)?,
                Owned::NONE,
            ],
            Declaration::Unparsed {
                name: entity,
                system,
                public,
                notation,
            } => {
                let mut parts = self.elsewhere(thread, entity, system, public)?;
                parts.push(name(notation)?);
                parts
            }
            Declaration::Notation {
                name: notation,
                system,
                public,
            } => self.elsewhere(thread, notation, system, public)?,
            Declaration::Element(element, content) => {
                vec![name(element)?, self.model(thread, content)?]
            }
            Declaration::Attribute {
                element,
                name: attribute,
                kind,
                default,
                is_required,
            } => vec![
                name(element)?,
                name(attribute)?,
                str::new(thread, kind),
                default
                    .as_deref()
                    .map_or(Owned::NONE, |value| str::new(thread, value)),
                flag(*is_required),
            ],
        })
    }

    /// The name of something that lies elsewhere, and where.
    fn elsewhere(
        &self,
        thread: &Thread,
        name: &str,
        system: &Option<String>,
        public: &Option<String>,
    ) -> Result<Vec<Owned>> {
        Ok(vec![
            self.name(thread, name)?,
            self.base(thread)?,
            self.name_or_none(thread, system.as_deref())?,
            self.name_or_none(thread, public.as_deref())?,
        ])
    }

    fn model(&self, thread: &Thread, model: &Model) -> Result {
        let children = model.children.iter();
        let children = children.map(|child| self.model(thread, child));
        let children = children.collect::<Result<Vec<Owned>>>()?;
        let parts = vec![
            int::from_i64(thread, model.kind),
            int::from_i64(thread, model.quantity),
            self.name_or_none(thread, model.name.as_deref())?,
            tuple::new(thread, children),
        ];
        Ok(tuple::new(thread, parts))
    }

    fn attributes(
        &self,
        thread: &Thread,
        attributes: &[(String, String)],
        specified: usize,
    ) -> Result {
        let (ordered, only_specified) = {
            let options = &self.state.lock().options;
            (options.ordered, options.only_specified)
        };
        let told = match only_specified {
            true => &attributes[..specified],
            false => attributes,
        };
        let table = dict::new(thread);
        let mut all = Vec::new();
        for (name, value) in told {
            let (name, value) = (self.name(thread, name)?, str::new(thread, value));
            match ordered {
                true => all.extend([name, value]),
                false => {
                    let table = table.get::<Dict>().expect("made as a dict");
                    table.set(thread, name.value(), value.value())?;
                }
            }
        }
        Ok(match ordered {
            true => list::new(thread, all),
            false => table,
        })
    }

    fn failed(&self, thread: &Thread, code: Code) -> Raised {
        let place = {
            let mut state = self.state.lock();
            state.failure = Some(code);
            state.is_over = true;
            state.machine.event_place
        };
        errors::raised(thread, code, place.line, place.column)
    }

    /// Reads a part of the document, and tells of it.
    fn parse(&self, thread: &Thread, text: Text, is_last: bool) -> Result<()> {
        if self.state.lock().is_over {
            return Err(self.failed(thread, Code::Finished));
        }
        let is_damaged = {
            let mut state = self.state.lock();
            match text {
                Text::Str(text) => state.machine.feed(text),
                Text::Bytes(bytes) => {
                    let mut input = std::mem::replace(&mut state.input, Input::new());
                    // Finding an encoding runs Python code.
                    drop(state);
                    let text = input.decode(thread, bytes, is_last);
                    state = self.state.lock();
                    state.input = input;
                    state.machine.feed(&text?);
                }
            }
            state.input.is_damaged
        };
        loop {
            let next = self.state.lock().machine.next(is_last && !is_damaged);
            match next {
                Ok(Some(item)) => self.tell(thread, item)?,
                Ok(None) => break,
                Err(code) => {
                    self.flush(thread)?;
                    return Err(self.failed(thread, code));
                }
            }
            thread.safepoint()?;
        }
        if is_damaged {
            self.state.lock().machine.go_to_end();
            return Err(self.failed(thread, Code::InvalidToken));
        }
        if is_last {
            self.state.lock().is_over = true;
        }
        self.flush(thread)
    }

    fn event_place(&self) -> Place {
        self.state.lock().machine.event_place
    }
}

enum Text<'a> {
    Str(&'a str),
    Bytes(&'a [u8]),
}

fn parse(thread: &Thread, args: &[Value]) -> Result {
    let is_last = convert::truth(thread, args[2])?;
    if let Some(text) = args[1].get::<Str>() {
        match text.to_utf8() {
            Some(text) => this(args).parse(thread, Text::Str(&text), is_last)?,
            None => {
                // It has surrogates, which this fails for.
                let bytes = str::codec::encode(thread, text, Some("utf-8"), None)?;
                this(args).parse(thread, Text::Bytes(&bytes), is_last)?;
            }
        }
    } else {
        let data = Buffer::copy_argument(thread, args[1])?;
        this(args).parse(thread, Text::Bytes(&data), is_last)?;
    }
    Ok(Owned::inline(Value::small_int(1)))
}

fn parse_file(thread: &Thread, args: &[Value]) -> Result {
    const SIZE: i64 = 2048;
    let read = attribute::get_optional(thread, args[1], str::intern(thread, "read"))?;
    let Some(read) = read else {
        return raise!(thread, TypeError, "argument must have 'read' attribute");
    };
    loop {
        let data = call::call(thread, read.value(), &[Value::small_int(SIZE)])?;
        let data = data.value();
        let Some(data) = data.get::<Bytes>() else {
            let got = convert::type_name(data);
            return raise!(
                thread,
                TypeError,
                "read() did not return a bytes object (type={got})"
            );
        };
        let data = data.as_slice();
        this(args).parse(thread, Text::Bytes(data), data.is_empty())?;
        if data.is_empty() {
            return Ok(Owned::inline(Value::small_int(1)));
        }
    }
}

fn set_base(thread: &Thread, args: &[Value]) -> Result {
    let Some(base) = args[1].get::<Str>() else {
        let got = convert::argument_type(args[1]);
        return raise!(
            thread,
            TypeError,
            "SetBase() argument must be str, not {got}"
        );
    };
    let base = base.to_str_lossy().into_owned();
    this(args).state.lock().options.base = Some(base);
    Ok(Owned::NONE)
}

fn get_base(thread: &Thread, args: &[Value]) -> Result {
    this(args).base(thread)
}

/// Parameter entities that lie elsewhere are never read.
fn set_parameter_entities(thread: &Thread, args: &[Value]) -> Result {
    convert::to_c_int(thread, args[1])?;
    let has_started = this(args).state.lock().machine.has_started();
    Ok(int::from_i64(thread, (!has_started).into()))
}

fn get_deferral(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::bool(this(args).state.lock().options.defers))
}

fn set_deferral(thread: &Thread, args: &[Value]) -> Result {
    let defers = convert::truth(thread, args[1])?;
    this(args).state.lock().options.defers = defers;
    Ok(Owned::NONE)
}

fn intern(_: &Thread, args: &[Value]) -> Result {
    Ok(Owned::new(this(args).intern.peek()))
}

fn line(thread: &Thread, args: &[Value]) -> Result {
    Ok(int::from_usize(thread, this(args).event_place().line))
}

fn column(thread: &Thread, args: &[Value]) -> Result {
    Ok(int::from_usize(thread, this(args).event_place().column))
}

fn byte_index(thread: &Thread, args: &[Value]) -> Result {
    let has_started = this(args).state.lock().machine.has_started();
    Ok(match has_started {
        true => int::from_usize(thread, this(args).event_place().index),
        false => int::from_i64(thread, -1),
    })
}

fn error_code(thread: &Thread, args: &[Value]) -> Result {
    let failure = this(args).state.lock().failure;
    Ok(int::from_i64(thread, failure.map_or(0, |code| code as i64)))
}

fn buffer_size(thread: &Thread, args: &[Value]) -> Result {
    let size = this(args).state.lock().options.buffer_size;
    Ok(int::from_usize(thread, size))
}

fn set_buffer_size(thread: &Thread, args: &[Value]) -> Result {
    if int::IntRef::of(&args[1]).is_none() {
        return raise!(thread, TypeError, "buffer_size must be an integer");
    }
    let Ok(size @ 1..) = usize::try_from(convert::to_isize(thread, args[1])?) else {
        return raise!(thread, ValueError, "buffer_size must be greater than zero");
    };
    this(args).flush(thread)?;
    this(args).state.lock().options.buffer_size = size;
    Ok(Owned::NONE)
}

fn buffer_used(thread: &Thread, args: &[Value]) -> Result {
    let used = this(args).state.lock().text.len();
    Ok(int::from_usize(thread, used))
}

/// Properties that are true or false, by where they are in the state.
macro_rules! flags {
    ($($get:ident, $set:ident: $($field:ident).+;)*) => {
        $(
            fn $get(_: &Thread, args: &[Value]) -> Result {
                Ok(Owned::bool(this(args).state.lock().$($field).+))
            }

            fn $set(thread: &Thread, args: &[Value]) -> Result {
                let value = convert::truth(thread, args[1])?;
                this(args).flush(thread)?;
                this(args).state.lock().$($field).+ = value;
                Ok(Owned::NONE)
            }
        )*
    };
}

flags! {
    buffer_text, set_buffer_text: options.buffers_text;
    ordered, set_ordered: options.ordered;
    specified, set_specified: options.only_specified;
    prefixes, set_prefixes: machine.names.with_prefixes;
}

fn set_handler(thread: &Thread, args: &[Value], handler: Handler) -> Result {
    let this = this(args);
    if handler == Handler::Text {
        this.flush(thread)?;
    }
    let is_set = !args[1].is_none();
    match handler {
        Handler::Default => this.state.lock().machine.expands = !is_set,
        Handler::DefaultExpand => this.state.lock().machine.expands = true,
        _ => {}
    }
    this.handlers[handler as usize].set(Owned::new(args[1]));
    Ok(Owned::NONE)
}

macro_rules! handlers {
    ($($get:ident, $set:ident: $handler:ident;)*) => {
        $(
            fn $get(_: &Thread, args: &[Value]) -> Result {
                Ok(this(args).handlers[Handler::$handler as usize].get())
            }

            fn $set(thread: &Thread, args: &[Value]) -> Result {
                set_handler(thread, args, Handler::$handler)
            }
        )*
    };
}

handlers! {
    start_element, set_start_element: StartElement;
    end_element, set_end_element: EndElement;
    instruction, set_instruction: Instruction;
    text, set_text: Text;
    unparsed, set_unparsed: Unparsed;
    notation, set_notation: Notation;
    start_namespace, set_start_namespace: StartNamespace;
    end_namespace, set_end_namespace: EndNamespace;
    comment, set_comment: Comment;
    start_cdata, set_start_cdata: StartCdata;
    end_cdata, set_end_cdata: EndCdata;
    default, set_default: Default;
    default_expand, set_default_expand: DefaultExpand;
    external, set_external: External;
    start_doctype, set_start_doctype: StartDoctype;
    end_doctype, set_end_doctype: EndDoctype;
    entity, set_entity: Entity;
    xml_decl, set_xml_decl: XmlDecl;
    element, set_element: Element;
    attlist, set_attlist: Attlist;
    skipped, set_skipped: Skipped;
}

methods! { METHODS:
    /// Parse XML data.
    ///
    /// 'isfinal' should be true at end of input.
    "Parse(self, data, isfinal=False, /)" => parse -> Int;
    /// Parse XML data from file-like object.
    "ParseFile(self, file, /)" => parse_file -> Int;
    /// Set the base URL for the parser.
    "SetBase(self, base, /)" => set_base -> None;
    /// Return base URL string for the parser.
    "GetBase(self, /)" => get_base;
    /// Controls parsing of parameter entities (including the external DTD subset).
    "SetParamEntityParsing(self, flag, /)" => set_parameter_entities -> Int;
    /// Retrieve reparse deferral enabled status; always returns false with Expat <2.6.0.
    "GetReparseDeferralEnabled(self, /)" => get_deferral -> Bool;
    /// Enable/Disable reparse deferral; enabled by default with Expat >=2.6.0.
    "SetReparseDeferralEnabled(self, enabled, /)" => set_deferral -> None;
    get "intern" => intern;
    get "CurrentLineNumber" => line -> Int;
    get "CurrentColumnNumber" => column -> Int;
    get "CurrentByteIndex" => byte_index -> Int;
    get "ErrorLineNumber" => line -> Int;
    get "ErrorColumnNumber" => column -> Int;
    get "ErrorByteIndex" => byte_index -> Int;
    get "ErrorCode" => error_code -> Int;
    get "buffer_size" => buffer_size, set_buffer_size -> Int;
    get "buffer_used" => buffer_used -> Int;
    get "buffer_text" => buffer_text, set_buffer_text -> Bool;
    get "ordered_attributes" => ordered, set_ordered -> Bool;
    get "specified_attributes" => specified, set_specified -> Bool;
    get "namespace_prefixes" => prefixes, set_prefixes -> Bool;
    get "StartElementHandler" => start_element, set_start_element;
    get "EndElementHandler" => end_element, set_end_element;
    get "ProcessingInstructionHandler" => instruction, set_instruction;
    get "CharacterDataHandler" => text, set_text;
    get "UnparsedEntityDeclHandler" => unparsed, set_unparsed;
    get "NotationDeclHandler" => notation, set_notation;
    get "StartNamespaceDeclHandler" => start_namespace, set_start_namespace;
    get "EndNamespaceDeclHandler" => end_namespace, set_end_namespace;
    get "CommentHandler" => comment, set_comment;
    get "StartCdataSectionHandler" => start_cdata, set_start_cdata;
    get "EndCdataSectionHandler" => end_cdata, set_end_cdata;
    get "DefaultHandler" => default, set_default;
    get "DefaultHandlerExpand" => default_expand, set_default_expand;
    get "ExternalEntityRefHandler" => external, set_external;
    get "StartDoctypeDeclHandler" => start_doctype, set_start_doctype;
    get "EndDoctypeDeclHandler" => end_doctype, set_end_doctype;
    get "EntityDeclHandler" => entity, set_entity;
    get "XmlDeclHandler" => xml_decl, set_xml_decl;
    get "ElementDeclHandler" => element, set_element;
    get "AttlistDeclHandler" => attlist, set_attlist;
    get "SkippedEntityHandler" => skipped, set_skipped;
}
