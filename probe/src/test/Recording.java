import java.io.StringWriter;
import java.util.HexFormat;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/// Makes of what tshark says the golden file that OptionTextTest compares with:
/// `tshark -r NAME.pcap -T pdml | java Recording.java >src/test/resources/dhcp/NAME.txt`
///
/// Columns are divided by tabs: `packet` and the payload; `field`, tshark's name of a field of the
/// header and its value; `option`, code, value as hex and tshark's name; `value`, a field in it.
void main() throws Exception {
  StringWriter out = new StringWriter();
  NodeList protocols =
      DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(System.in)
          .getElementsByTagName("proto");
  for (int i = 0; i < protocols.getLength(); i++) {
    Element protocol = (Element) protocols.item(i);
    if (protocol.getAttribute("name").equals("udp")) {
      for (Element field : children(protocol)) {
        if (field.getAttribute("name").equals("udp.payload")) {
          out.append("packet\t" + field.getAttribute("value") + "\n");
        }
      }
    }
    if (protocol.getAttribute("name").equals("dhcp")) {
      children(protocol).forEach(field -> write(field, out));
    }
  }
  IO.print(out);
}

void write(Element field, StringWriter out) {
  String name = field.getAttribute("name");
  if (!name.equals("dhcp.option.type")) {
    out.append("field\t" + name + "\t" + field.getAttribute("show") + "\n");
    return;
  }
  String value = field.getAttribute("value");
  String code = String.valueOf(HexFormat.fromHexDigits(value, 0, 2));
  String title = field.getAttribute("showname").replaceFirst("Option: \\(\\d+\\) ", "");
  if (value.length() > 2 && !code.equals("0")) {
    out.append("option\t" + code + "\t" + value.substring(4) + "\t" + title + "\n");
    children(field).forEach(inside -> values(inside, out));
  }
}

void values(Element field, StringWriter out) {
  String name = field.getAttribute("name");
  if (!name.matches(".*(length|option.value|expert.*|nonstd_data)") && !name.isEmpty()) {
    out.append("value\t" + name + "\t" + field.getAttribute("show") + "\n");
  }
  children(field).forEach(inside -> values(inside, out));
}

java.util.List<Element> children(Element parent) {
  java.util.List<Element> elements = new java.util.ArrayList<>();
  NodeList nodes = parent.getChildNodes();
  for (int i = 0; i < nodes.getLength(); i++) {
    if (nodes.item(i) instanceof Element element && element.getTagName().equals("field")) {
      elements.add(element);
    }
  }
  return elements;
}
